import SQLDatabase

/// One read in a snapshot of its own.
struct ReadTransaction {
    let session: Session
    let terms: TransactionTerms

    enum End {
        /// - brokenBy: why the store must not be used any more; nil if it may.
        case answered(brokenBy: String?)
        /// The connection had died before anything was executed: another one may try.
        case stale
        /// The server asks for it again, from the start.
        case mustRepeat(reason: String)
    }

    func run(_ read: QueuedRead) -> End {
        let transaction = OpenTransaction(session, terms)
        let ran = read.run(PostgresConnection(transaction: transaction))
        let fault = transaction.faults.fault
        switch transaction.trouble {
        case .ended(_, isStale: true):
            return .stale
        case .mustRepeat(let reason):
            transaction.rollBack()
            return .mustRepeat(reason: reason)
        case .ended(let failure, isStale: false):
            read.refuse(failure)
        case .failed, nil:
            // A body that caught it has worked on less than the whole truth.
            if let fault { read.refuse(fault) } else { ran.answer() }
        }
        // The caller need not wait for the end of a snapshot.
        transaction.rollBack()
        return .answered(brokenBy: fault?.breakReason)
    }
}
