import SQLDatabase

extension Worker {
    mutating func look(_ waiting: Waiting<QueuedRead>) {
        let isDone = attempt(waiting.work)
        // In this order: whoever takes it next is then the only one that runs it.
        pool.finishRead(member)
        if !isDone { pool.putBack(waiting) }
    }

    /// - Returns: false when another connection has to do it.
    private func attempt(_ read: QueuedRead) -> Bool {
        let deadline = Deadline(in: pool.settings.readStatementTimeout)
        var repetitions = 0
        while read.isWanted() {
            guard let session, session.isUsable else { return false }
            let terms = TransactionTerms.read(
                pool.settings, alarm: pool.alarm(of: member), canceller: pool.canceller)
            switch ReadTransaction(session: session, terms: terms).run(read) {
            case .answered(let reason):
                if let reason { pool.breakDown(reason: reason) }
                return true
            case .stale:
                return false
            case .mustRepeat(let reason):
                repetitions += 1
                guard pause(after: repetitions, until: deadline) else {
                    read.refuse(.unavailable(reason: reason))
                    return true
                }
            }
        }
        return true
    }
}
