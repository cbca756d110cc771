import CLibPQ
import Dispatch

/// The tests' own way to a server, past the driver: one connection of libpq, made when it is first needed and again
/// when it was lost.
package final class AdministratorSession: Sendable {
    private let connection: String
    private let queue = DispatchQueue(label: "postgres.administrator")
    private let session = Session()

    /// - connection: in libpq's `key=value` form.
    package init(_ connection: String) { self.connection = connection }

    /// - Returns: the first column of the first row.
    @discardableResult
    package func run(_ sql: String) async throws -> String? {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(with: Result { try session.run(sql, connection) })
            }
        }
    }

    /// How many notifications have arrived since the last call.
    package func takeNotifications() async throws -> Int {
        _ = try await run("SELECT 1")
        return await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: session.takeNotifications()) }
        }
    }

    /// - Safety: used on the serial queue alone.
    private final class Session: @unchecked Sendable {
        private var raw: OpaquePointer?

        deinit { PQfinish(raw) }

        func run(_ sql: String, _ connection: String) throws -> String? {
            // One that was lost shows it only when it is used.
            if raw == nil || !isAlive {
                PQfinish(raw)
                raw = PQconnectdb(connection)
            }
            let result = PQexec(raw, sql)
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: return nil
            case PGRES_TUPLES_OK: return PQntuples(result) > 0 ? String(cString: PQgetvalue(result, 0, 0)) : nil
            default: throw ContractViolation(description: "\(sql): \(String(cString: PQerrorMessage(raw)))")
            }
        }

        func takeNotifications() -> Int {
            var count = 0
            while let notification = PQnotifies(raw) {
                PQfreemem(notification)
                count += 1
            }
            return count
        }

        private var isAlive: Bool {
            let result = PQexec(raw, "")
            defer { PQclear(result) }
            return PQresultStatus(result) == PGRES_EMPTY_QUERY
        }
    }
}
