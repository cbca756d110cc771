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

extension SQLFailure {
    /// Whether the engine itself is in trouble, so that a body must not go on as if nothing had happened.
    package var isStorageFault: Bool {
        switch self {
        case .storageFull, .broken: true
        default: false
        }
    }

    /// Why the store must not be used any more; nil if it may.
    package var breakReason: String? {
        if case .broken(let reason) = self { reason } else { nil }
    }
}
