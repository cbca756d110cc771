import CLibPQ

/// An error as the server reported it, without what could hold data: no detail, hint or context, and the message only
/// where the server puts no values into it.
struct ServerError: Equatable {
    /// Five letters and digits; see "PostgreSQL Error Codes".
    var sqlState: String
    /// `ERROR`; `FATAL` and `PANIC` also end the session.
    var severity: String
    var message: String?
    /// The constraint that was violated, or `table.column` for a missing value.
    var constraint: String?

    var errorClass: String { String(sqlState.prefix(2)) }

    /// For people: the message, if it may be shown, and the code.
    var reason: String {
        guard let message else { return "PostgreSQL \(sqlState)" }
        return "\(message) (PostgreSQL \(sqlState))"
    }

    /// Nil when the reply is no error of the server's.
    init?(_ reply: Reply) {
        guard reply.status == PGRES_FATAL_ERROR, let sqlState = reply.field("C") else { return nil }
        self.sqlState = sqlState
        severity = reply.field("V") ?? "ERROR"
        message = Self.classesWithoutData.contains(String(sqlState.prefix(2))) ? reply.field("M") : nil
        constraint = reply.field("n")
        if constraint == nil, let table = reply.field("t"), let column = reply.field("c") {
            constraint = "\(table).\(column)"
        }
    }

    init(sqlState: String, severity: String = "ERROR", message: String? = nil, constraint: String? = nil) {
        self.sqlState = sqlState
        self.severity = severity
        self.message = message
        self.constraint = constraint
    }

    // Messages of the other classes quote values, above all those of 22 (data exceptions) and P0 (raised by functions).
    private static let classesWithoutData: Set = ["0A", "25", "26", "40", "42", "53", "54", "55", "57", "58", "XX"]
}
