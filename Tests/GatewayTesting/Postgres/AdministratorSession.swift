import CLibPQ
import Dispatch

/// The tests' own way to a server, past the driver: one connection of libpq, made when it is first needed and again
/// when it was lost.
final class AdministratorSession: Sendable {
    private let connection: String
    private let queue = DispatchQueue(label: "postgres.administrator")
    private let session = Session()

    /// - connection: in libpq's `key=value` form.
    init(_ connection: String) { self.connection = connection }

    /// - Returns: the first column of the first row.
    @discardableResult
    func run(_ sql: String) async throws -> String? {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(with: Result { try session.run(sql, connection) })
            }
        }
    }

    /// - Safety: used on the serial queue alone.
    private final class Session: @unchecked Sendable {
        private var raw: OpaquePointer?

        deinit { PQfinish(raw) }

        func run(_ sql: String, _ connection: String) throws -> String? {
            if raw == nil || PQstatus(raw) != CONNECTION_OK {
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
    }
}
