/// What can go wrong in an engine, in the terms a caller can act on.
package enum SQLFailure: Error, Sendable, Equatable {
    /// A unique, foreign-key or check constraint; `constraint` names it as far as the engine tells.
    case constraint(constraint: String)
    /// The disk is full: reads go on, and settlements as long as the room kept back for them lasts.
    case storageFull
    /// I/O error or corruption. The process must end; recovery decides at the next start.
    case broken(reason: String)
    /// Not reachable now (connection lost, pool exhausted, deadline). Nothing was committed.
    case unavailable(reason: String)
    /// The connection was lost during COMMIT: the write may or may not have happened. Look its unique keys up.
    case inDoubt
    case closed
    /// The store was migrated by a newer release.
    case schemaTooNew(found: Int, known: Int)
    /// A row did not have the expected shape, or a statement is wrong: our own bug or a tampered store.
    case unexpectedRow(String)
    case statement(reason: String)
}
