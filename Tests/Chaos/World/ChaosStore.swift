import Foundation
import GatewayAcceptance
import GatewayTesting
import PostgresDatabase
import SQLDatabase
import SQLiteDatabase

/// Where the gateways of a scenario keep their books, as the tests look at it: past the product's own reading.
enum ChaosStore: Sendable {
    case sqlite(URL)
    case postgres(PostgresPlace)

    /// For `store.url` and `--store`.
    var url: String {
        switch self {
        case .sqlite(let file): "sqlite:\(file.path)"
        case .postgres(let place): place.tcpURL()
        }
    }

    /// Opens it beside the gateways that run on it.
    func reading<Value: Sendable>(_ body: (any SQLDatabase) async throws -> Value) async throws -> Value {
        let database: any SQLDatabase =
            switch self {
            case .sqlite(let file): try SQLiteDatabase.openReadOnly(path: file.path)
            case .postgres(let place): try await place.open()
            }
        do {
            let value = try await body(database)
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }

    /// The name under which the gateway that was started last has registered.
    func latestProcess() async throws -> String {
        try await reading { database in
            try await database.read { connection throws(SQLFailure) in
                try connection.row("SELECT id FROM process ORDER BY started_us DESC LIMIT 1")?.text("id") ?? ""
            }
        }
    }

    /// As if minutes had passed since the last kill. On a shared store the requests per minute that the dead one had fetched
    /// rest for one; after a kill every second there would soon be nothing left to order with. Only while no gateway runs.
    func letRatesRest() async throws {
        guard case .postgres(let place) = self else { return }
        let database = try await place.open()
        do throws(SQLFailure) {
            try await database.write { connection throws(SQLFailure) in
                try connection.execute("DELETE FROM rate_lease")
                try connection.execute("DELETE FROM rate_pool")
                return .commit(())
            }
            await database.close()
        } catch {
            await database.close()
            throw error
        }
    }
}
