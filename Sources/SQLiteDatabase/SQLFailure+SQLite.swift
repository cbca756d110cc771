import GRDB
import SQLDatabase

/// The one place that knows what SQLite's result codes mean to a caller.
extension SQLFailure {
    init(_ error: any Error) {
        switch error {
        case let failure as SQLFailure: self = failure
        case let error as DatabaseError: self.init(error)
        case is CancellationError: self = .unavailable(reason: "the caller gave up")
        default: self = .statement(reason: "\(error)")
        }
    }

    private init(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_CONSTRAINT:
            self = error.constraintFailure
        case .SQLITE_FULL:
            self = .storageFull
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .broken(reason: error.reason)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL, .SQLITE_NOMEM, .SQLITE_CANTOPEN, .SQLITE_INTERRUPT,
            .SQLITE_ABORT:
            self = .unavailable(reason: error.reason)
        default:
            self = .statement(reason: error.reasonAndStatement)
        }
    }
}

extension DatabaseError {
    // "UNIQUE constraint failed: job.account, job.request_id" -> "job.account, job.request_id"
    fileprivate var constraintFailure: SQLFailure {
        // A STRICT table refused the type of a value: our own bug, as it is on PostgreSQL.
        if extendedResultCode.rawValue == Self.constraintDatatype { return .statement(reason: reasonAndStatement) }
        let text = message ?? ""
        guard let colon = text.firstRange(of: " constraint failed: ") else {
            return .constraint(constraint: text.hasPrefix("FOREIGN KEY") ? "FOREIGN KEY" : text)
        }
        return .constraint(constraint: String(text[colon.upperBound...]))
    }

    // SQLITE_CONSTRAINT_DATATYPE, which GRDB has no name for.
    private static let constraintDatatype: CInt = 3091

    /// SQLite's sentence and number. Holds names of tables and columns, never a value.
    var reason: String { "\(message ?? "no message") (SQLite \(extendedResultCode.rawValue))" }

    fileprivate var reasonAndStatement: String {
        guard let sql else { return reason }
        return "\(reason) in: \(sql.prefix(300))"
    }
}
