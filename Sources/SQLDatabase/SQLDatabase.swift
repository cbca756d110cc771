/// A durable SQL engine.
///
/// Closures are synchronous and run on the engine's own threads, never on an event loop or a cooperative thread. The
/// connection lives only inside the closure. Several `read`s may run at once; a `read` sees one consistent snapshot.
package protocol SQLDatabase: Sendable {
    /// Runs `body` in a read-only transaction. Cancelling the calling task ends it with `.unavailable`, so a caller
    /// may put a deadline around it.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value

    /// Runs `body` as one durable transaction. When this returns a value that was committed, the data has reached the
    /// disk. A throwing `body` is rolled back as a whole. The engine may commit several bodies as one group, never in
    /// parts. A body may be run again from the start when the engine asks for it (serialisation failures, a full disk),
    /// so it must have no effects but its statements. After a failed statement it can go on only if that statement
    /// stood in a `savepoint` of its own.
    ///
    /// Not cancellable: once queued, a write runs to its end even if the calling task is cancelled.
    /// - urgency: see `WriteUrgency`; `write(_:)` is `.ordinary`.
    func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value

    /// Applies the migrations that are missing, in order, each in a transaction of its own.
    /// - Throws: `.schemaTooNew` when the store has a migration that this binary does not know, and what else
    ///   `MigrationPlan` refuses.
    func migrate(_ migrations: [Migration]) async throws(SQLFailure)

    /// A value each time another writer may have committed a change that it announced by `wakeOthers`, and also when one
    /// may have been missed; only a wake-up, the truth is in the tables. Ends when the database closes. At most one
    /// wake-up is buffered.
    func wakeUps() -> AsyncStream<Void>

    /// Waits for queued writes, then closes. Later calls throw `.closed`.
    func close() async

    /// Whether other processes may write to the same store at the same time.
    var isShared: Bool { get }
}

extension SQLDatabase {
    package var isShared: Bool { false }

    /// A write that begins something new.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try await write(urgency: .ordinary, body)
    }
}

/// How a write closure ends: both carry a value, only one keeps the statements.
package enum TransactionEnd<Value> {
    case commit(Value)
    case rollback(Value)
}

extension TransactionEnd: Sendable where Value: Sendable {}

extension TransactionEnd {
    /// The value, whatever becomes of the statements.
    package var value: Value {
        switch self {
        case .commit(let value), .rollback(let value): value
        }
    }
}

/// Statements inside one transaction. Parameters are `$1…$n`, each used at least once, in any order; as many values are
/// given. A `SELECT` of a write that ends in `FOR NO KEY UPDATE` keeps its rows as they are until the transaction ends. Text with U+0000 is refused, as C interfaces cut it there, and so is a fraction in a result. One call is one
/// statement, and transactions belong to the engine: `COMMIT` and its like are refused.
package protocol SQLConnection {
    /// - Returns: all rows; for an unbounded result, page with `LIMIT`.
    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow]

    /// - Returns: the number of rows inserted, changed or deleted; 0 for any other statement.
    @discardableResult
    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int

    /// A nested transaction: `.rollback` and a thrown failure undo the statements of `body` only.
    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value

    /// Now by the store's own clock, in Unix microseconds: the one clock that all processes of a shared store have in
    /// common. Does not stand still during a transaction.
    func storeClock() throws(SQLFailure) -> Int64

    /// When this transaction commits, rings the ``SQLDatabase/wakeUps()`` of every process of a shared store.
    func wakeOthers() throws(SQLFailure)
}

extension SQLConnection {
    package func query(_ sql: String) throws(SQLFailure) -> [SQLRow] { try query(sql, []) }

    @discardableResult
    package func execute(_ sql: String) throws(SQLFailure) -> Int { try execute(sql, []) }

    /// The first row, or nil.
    package func row(_ sql: String, _ parameters: [SQLValue] = []) throws(SQLFailure) -> SQLRow? {
        try query(sql, parameters).first
    }
}
