import SQLDatabase

/// The one place that knows what the server's codes mean to a caller.
extension SQLFailure {
    /// - statement: the text that failed, for our own bugs.
    init(_ error: ServerError, in statement: String? = nil) {
        switch error.sqlState {
        case "53100":
            self = .storageFull
        case "XX001", "XX002":
            self = .broken(reason: error.reason)
        // Waited too long for a lock; the transaction may not write (here, or any more).
        case "55P03", "25006", "25P03", "25P04":
            self = .unavailable(reason: error.reason)
        default:
            switch error.errorClass {
            case "23": self = .constraint(constraint: error.constraint ?? error.sqlState)
            // Lost connections, repetitions asked for in vain, no resources, ended or cancelled by somebody, I/O.
            case "08", "40", "53", "57", "58": self = .unavailable(reason: error.reason)
            default: self = .statement(reason: Self.reason(error, statement))
            }
        }
    }

    private static func reason(_ error: ServerError, _ statement: String?) -> String {
        guard let statement else { return error.reason }
        return "\(error.reason) in: \(statement.prefix(300))"
    }
}

extension ServerError {
    /// Whether the server asks for the whole transaction again: serialisation failure, deadlock.
    var asksForRepetition: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// Whether nothing good can come of this session any more: it is ending, or its server has become read-only.
    var endsSession: Bool {
        severity == "FATAL" || severity == "PANIC" || errorClass == "08"
            || ["57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "53300"].contains(sqlState)
    }

    /// A statement that was prepared before a table was changed, perhaps by a newer release beside this one.
    var isStalePlan: Bool { sqlState == "0A000" || sqlState == "26000" }
}
