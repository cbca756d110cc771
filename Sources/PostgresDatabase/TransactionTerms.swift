/// Under which conditions a transaction runs.
struct TransactionTerms {
    let begin: String
    /// Statements for the transaction alone, sent right after `begin`.
    let settings: [String]
    let isReadOnly: Bool
    /// Whether its statements come again.
    var keepsStatements = true
    let statementTimeout: Duration
    /// After which no further statement is begun.
    let deadline: Deadline?
    /// Rings when nobody waits for the result any more.
    let alarm: Alarm?
    let canceller: Canceller?

    /// When a statement that begins now must be answered. Not cut short by `deadline`: a server that answers keeps its
    /// connection.
    var nextDeadline: Deadline { Deadline(in: statementTimeout) }
}

extension TransactionTerms {
    /// - deadline: of the write, over all repetitions.
    static func write(_ settings: PostgresSettings, until deadline: Deadline) -> TransactionTerms {
        TransactionTerms(
            begin: "BEGIN ISOLATION LEVEL READ COMMITTED", settings: [], isReadOnly: false,
            statementTimeout: settings.statementTimeout, deadline: deadline, alarm: nil, canceller: nil)
    }

    /// A step of the schema may build an index over everything there is, and waits for another process's step.
    static func migration(_ settings: PostgresSettings, until deadline: Deadline) -> TransactionTerms {
        let share = settings.migrationTimeout.serverShare
        return TransactionTerms(
            begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
            settings: ["SET LOCAL statement_timeout = \(share)", "SET LOCAL lock_timeout = \(share)"],
            isReadOnly: false, keepsStatements: false, statementTimeout: settings.migrationTimeout,
            deadline: deadline, alarm: nil, canceller: nil)
    }

    /// One snapshot for all statements.
    static func read(_ settings: PostgresSettings, alarm: Alarm, canceller: Canceller) -> TransactionTerms {
        let limit = settings.readStatementTimeout
        return TransactionTerms(
            begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            settings: [
                "SET LOCAL statement_timeout = \(limit.serverShare)",
                "SET LOCAL idle_in_transaction_session_timeout = \(limit.serverMilliseconds)",
            ],
            isReadOnly: true, statementTimeout: limit, deadline: nil, alarm: alarm, canceller: canceller)
    }
}
