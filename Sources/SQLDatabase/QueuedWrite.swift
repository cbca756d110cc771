/// A write that waits for its turn in an engine. It may be run more than once and is answered once: by what its last run gave, or
/// with a refusal.
package struct QueuedWrite: Sendable {
    package let urgency: WriteUrgency
    package let run: @Sendable (any SQLConnection) -> RanWrite
    package let refuse: @Sendable (SQLFailure) -> Void

    package init<Value: Sendable>(
        urgency: WriteUrgency,
        body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>,
        answer: @escaping @Sendable (Result<Value, SQLFailure>) -> Void
    ) {
        self.urgency = urgency
        refuse = { answer(.failure($0)) }
        run = { connection in
            do throws(SQLFailure) {
                switch try body(connection) {
                case .commit(let value): return RanWrite(end: .keep) { answer(.success(value)) }
                case .rollback(let value): return RanWrite(end: .undo) { answer(.success(value)) }
                }
            } catch {
                return RanWrite(end: .failed(error)) { answer(.failure(error)) }
            }
        }
    }
}

extension QueuedWrite {
    package func failed(_ failure: SQLFailure) -> RanWrite {
        RanWrite(end: .failed(failure)) { [refuse] in refuse(failure) }
    }
}

/// What became of a body, while its group is not committed yet.
package struct RanWrite: Sendable {
    package enum End: Sendable, Equatable {
        case keep, undo
        case failed(SQLFailure)
    }

    package let end: End
    /// Tells the caller. Even a refusal may rest on what a neighbour in the group has written, so it waits for the
    /// COMMIT as well.
    package let answer: @Sendable () -> Void
}
