import GatewayFlow
import SQLDatabase
import SQLiteDatabase

/// Opens the engine that `store.url` names.
enum StoreOpening {
    /// An engine, and what only it can tell.
    struct Opened: Sendable {
        let database: any SQLDatabase
        /// Whether it takes settlements only, for want of room.
        let isFull: @Sendable () -> Bool
    }

    /// - onBroken: called once when the disk can no longer be trusted; the process must end.
    static func open(
        _ location: StoreLocation, metrics: GatewayMetrics, onBroken: @escaping @Sendable (String) -> Void
    ) throws(GatewayFault) -> Opened {
        switch location {
        case .sqlite(let path):
            var settings = SQLiteSettings(onBroken: onBroken)
            settings.onCommit = { duration, _ in metrics.commit(took: duration) }
            do throws(SQLiteOpenFailure) {
                let database = try SQLiteDatabase.open(path: path, settings: settings)
                return Opened(database: database, isFull: { database.figures.isFull })
            } catch {
                throw GatewayFault(error)
            }
        case .postgres:
            throw GatewayFault(.configuration, "store.url: this release opens sqlite: stores only.")
        }
    }

    /// For checks beside a running gateway; changes nothing.
    static func openReadOnly(_ location: StoreLocation) throws(GatewayFault) -> any SQLDatabase {
        switch location {
        case .sqlite(let path):
            do throws(SQLiteOpenFailure) {
                return try SQLiteDatabase.openReadOnly(path: path)
            } catch {
                throw GatewayFault(error)
            }
        case .postgres:
            throw GatewayFault(.configuration, "--store: this release opens sqlite: stores only.")
        }
    }
}

extension GatewayFault {
    fileprivate init(_ failure: SQLiteOpenFailure) {
        let kind: Kind =
            switch failure {
            case .missing, .inaccessible, .locked, .notADatabase: .configuration
            case .damaged, .noSpace, .unsafeSetting: .storage
            }
        self.init(kind, "The store does not open: \(failure). Check store.url and the rights of its folder.")
    }
}
