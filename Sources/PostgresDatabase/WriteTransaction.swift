import SQLDatabase

/// One transaction for the writes that were taken together, each in a savepoint of its own when there are several.
struct WriteTransaction {
    let session: Session
    let terms: TransactionTerms
    let commitTimeout: Duration

    enum End {
        /// The answers may be given.
        /// - commitTime: how long COMMIT took; nil when no write wanted to keep anything.
        case settled([RanWrite], commitTime: Duration?, isAnnounced: Bool)
        /// The connection had died before anything was executed: another one may try.
        case stale
        /// The server asks for the writes again, from the start.
        case mustRepeat(reason: String)
        /// Nothing was committed.
        case failed(SQLFailure)
        /// COMMIT was sent, and what became of it is not known.
        case inDoubt([RanWrite], CommitMark.Claim, isAnnounced: Bool)
    }

    func run(_ writes: [QueuedWrite]) -> End {
        let transaction = OpenTransaction(session, terms)
        var ran: [RanWrite] = []
        for write in writes {
            ran.append(run(write, isAlone: writes.count == 1, in: transaction))
            if let end = untimelyEnd(of: transaction) { return end }
        }
        guard ran.contains(where: { $0.end == .keep }), transaction.isWorthCommitting else {
            transaction.rollBack()
            return .settled(ran, commitTime: nil, isAnnounced: false)
        }
        return commit(transaction, ran)
    }

    private func run(_ write: QueuedWrite, isAlone: Bool, in transaction: OpenTransaction) -> RanWrite {
        transaction.faults = FaultLatch()
        if !isAlone { transaction.open("write") }
        let ran = judged(write.run(PostgresConnection(transaction: transaction)), of: write, in: transaction)
        if !isAlone {
            if ran.end == .keep { transaction.keep("write") } else { transaction.undo("write") }
        }
        return ran
    }

    /// A body that caught a failure and went on has worked on less than the whole truth.
    private func judged(_ ran: RanWrite, of write: QueuedWrite, in transaction: OpenTransaction) -> RanWrite {
        if let fault = transaction.faults.fault { return write.failed(fault) }
        if ran.end == .keep, case .failed(let failure) = transaction.trouble { return write.failed(failure) }
        return ran
    }

    /// What keeps a transaction from going on to its COMMIT, whatever its bodies think.
    private func untimelyEnd(of transaction: OpenTransaction) -> End? {
        if let reason = transaction.faults.fault?.breakReason {
            transaction.rollBack()
            return .failed(.broken(reason: reason))
        }
        switch transaction.trouble {
        case .ended(_, isStale: true): return .stale
        case .ended(let failure, isStale: false):
            transaction.rollBack()
            return .failed(failure)
        case .mustRepeat(let reason):
            transaction.rollBack()
            return .mustRepeat(reason: reason)
        case .failed, nil: return nil
        }
    }

    // MARK: COMMIT

    /// Raises the session's mark and commits, in one round trip: if the mark cannot be raised, COMMIT is not run.
    private func commit(_ transaction: OpenTransaction, _ ran: [RanWrite]) -> End {
        let claim = session.nextClaim()
        let doubt = End.inDoubt(ran, claim, isAnnounced: transaction.isAnnounced)
        let warnings = session.link.notices.warnings
        let start = ContinuousClock.now
        let replies: [Reply]
        do throws(LinkFault) {
            replies = try transaction.send(
                [CommitMark.raise(claim), .run("COMMIT")], until: Deadline(in: commitTimeout))
        } catch {
            return doubt
        }
        if let error = replies.firstError { return refused(error, transaction) }
        guard replies.last?.tag == "COMMIT" else {
            return .failed(.unavailable(reason: "the server rolled the transaction back"))
        }
        // The one warning that comes with COMMIT: the server was kept from waiting for its standby.
        guard session.link.notices.warnings == warnings else {
            session.link.giveUp("the server warned of its COMMIT")
            return doubt
        }
        // Without its row the session can prove nothing any more.
        if replies.dropLast().last?.changedRows != 1 { session.link.giveUp("the mark of the session is gone") }
        return .settled(ran, commitTime: ContinuousClock.now - start, isAnnounced: transaction.isAnnounced)
    }

    private func refused(_ error: ServerError, _ transaction: OpenTransaction) -> End {
        transaction.rollBack()
        if error.asksForRepetition { return .mustRepeat(reason: error.reason) }
        // Shut by an inquiry, or somebody has dropped the table: a new session begins a new mark.
        guard error.constraint != "session_is_open", error.sqlState != "42P01" else {
            session.link.giveUp("the mark of the session is gone")
            return .failed(.unavailable(reason: "the mark of the session is gone"))
        }
        return .failed(SQLFailure(error))
    }
}
