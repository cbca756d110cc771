import GatewayCore
import GatewayFlow
import Logging
import PostgresDatabase
import SQLDatabase
import SQLiteDatabase
import Synchronization

/// Opens the engine that `store.url` names.
enum StoreOpening {
    /// An engine, and what only it can tell.
    struct Opened: Sendable {
        let database: any SQLDatabase
        /// Whether it takes settlements only, or nothing, for want of room.
        let isFull: @Sendable () -> Bool
        /// Whether it could not be reached when that was last tried.
        var isAway: @Sendable () -> Bool = { false }
    }

    /// - onBroken: called once when stored data can no longer be trusted; the process must end.
    static func open(
        _ location: StoreLocation, metrics: GatewayMetrics, logger: Logger,
        onBroken: @escaping @Sendable (String) -> Void
    ) async throws(GatewayFault) -> Opened {
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
        case .postgres(let url):
            var settings = PostgresSettings(onBroken: onBroken)
            settings.onCommit = { duration, _ in metrics.commit(took: duration) }
            let reach = Reach()
            settings.onConnection = { news in
                logger.note(news)
                reach.note(news)
            }
            do throws(PostgresOpenFailure) {
                let database = try await PostgresDatabase.open(url: url.reveal(), settings: settings)
                return Opened(
                    database: database, isFull: { database.figures.isFull }, isAway: { reach.isAway })
            } catch {
                throw GatewayFault(error)
            }
        }
    }

    /// For checks beside a running gateway; changes nothing.
    /// - Returns: nil when there is a database in which no gateway has made its tables yet.
    static func openReadOnly(_ location: StoreLocation) async throws(GatewayFault) -> (any SQLDatabase)? {
        switch location {
        case .sqlite(let path):
            do throws(SQLiteOpenFailure) {
                return try SQLiteDatabase.openReadOnly(path: path)
            } catch {
                throw GatewayFault(error)
            }
        case .postgres(let url):
            do throws(PostgresOpenFailure) {
                let database = try await PostgresDatabase.openReadOnly(url: url.reveal())
                guard await database.isNew() else { return database }
                await database.close()
                return nil
            } catch {
                throw GatewayFault(error)
            }
        }
    }
}

/// Whether connections to a database can be made.
private final class Reach: Sendable {
    private let away = Mutex(false)

    var isAway: Bool { away.withLock { $0 } }

    func note(_ news: ConnectionNews) {
        switch news {
        case .lost: break
        case .failed: away.withLock { $0 = true }
        case .restored: away.withLock { $0 = false }
        }
    }
}

extension Logger {
    fileprivate func note(_ news: ConnectionNews) {
        switch news {
        case .lost(let reason): warning("a connection to the database was lost", metadata: ["reason": "\(reason)"])
        case .failed(let failure): warning("the database cannot be used now", metadata: ["reason": "\(failure)"])
        case .restored: notice("the database can be used again")
        }
    }
}
