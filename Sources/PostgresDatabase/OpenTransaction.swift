import SQLDatabase

/// A transaction under way on one session.
///
/// `BEGIN`, `SAVEPOINT` and their like wait until a statement is sent and go with it, so they cost no round trip of their
/// own. That shortens the time for which rows are locked.
final class OpenTransaction {
    /// Why no further statement can be run.
    enum Trouble {
        /// A statement failed: the server runs nothing more until the innermost savepoint is rolled back.
        case failed(SQLFailure)
        /// The server asks for the whole transaction again.
        case mustRepeat(reason: String)
        /// The connection is gone, or the time is over, or nobody waits any more.
        /// - isStale: the connection was lost before anything was executed on it, as happens to one that idled.
        case ended(SQLFailure, isStale: Bool)
    }

    let session: Session
    let terms: TransactionTerms
    /// What is to be sent before the next statement.
    private(set) var unsent: [Control]
    private(set) var hasSent = false
    /// Whether others are to be told of it once it is committed.
    private(set) var isAnnounced = false
    private(set) var trouble: Trouble?
    /// Remembers that storage failed, in case the body caught the failure and went on. A new one for each body.
    var faults = FaultLatch()

    init(_ session: Session, _ terms: TransactionTerms) {
        self.session = session
        self.terms = terms
        unsent = [.begin] + terms.settings.map(Control.plain)
    }

    // MARK: Statements

    /// - statement: for the failure's text.
    /// - isKept: it was prepared before, perhaps before a table was changed.
    func exchange(
        _ requests: [Request], for statement: String, isKept: Bool = false
    ) throws(SQLFailure) -> [Reply] {
        try checkUsable()
        let isFirst = !hasSent
        let replies: [Reply]
        do throws(LinkFault) {
            replies = try send(requests, until: terms.nextDeadline)
        } catch {
            throw end(error, isFirst: isFirst)
        }
        session.isNew = false
        if let error = replies.firstError { throw note(error, in: statement, isKept: isKept) }
        return replies.suffix(requests.count)
    }

    /// Sends what waits, and these requests behind it.
    /// - Returns: the replies to all.
    func send(_ requests: [Request], until deadline: Deadline) throws(LinkFault) -> [Reply] {
        let controls = unsent.map { Request.run($0.sql(terms)) }
        unsent = []
        hasSent = true
        return try session.link.exchange(
            controls + requests, until: deadline, alarm: terms.alarm, canceller: terms.canceller)
    }

    /// - Throws: what keeps a statement from being run.
    func checkUsable() throws(SQLFailure) {
        if let trouble { throw trouble.failure }
        if terms.alarm?.isRinging ?? false { throw giveUp(LinkFault.interrupted.reason) }
        if terms.deadline?.isOver ?? false { throw giveUp("the write took too long") }
    }

    /// Between two statements, when the server is at nothing: its connection is as good as ever.
    private func giveUp(_ reason: String) -> SQLFailure {
        trouble = .ended(.unavailable(reason: reason), isStale: false)
        return .unavailable(reason: reason)
    }

    private func end(_ fault: LinkFault, isFirst: Bool) -> SQLFailure {
        let failure = SQLFailure.unavailable(reason: fault.reason)
        // One that did not answer in time has used up its time: only a loss is told at once. And what costs a new
        // connection as well may itself be the reason; it is not tried on one after the other.
        let isStale = if case .lost = fault { isFirst && !session.isNew } else { false }
        trouble = .ended(failure, isStale: isStale)
        return failure
    }

    private func note(_ error: ServerError, in statement: String, isKept: Bool) -> SQLFailure {
        let isStalePlan = isKept && error.isStalePlan
        if isStalePlan { session.statements.forgetAll() }
        if isStalePlan || error.asksForRepetition {
            trouble = .mustRepeat(reason: error.reason)
            return .unavailable(reason: error.reason)
        }
        // A read that writes is the body's fault; a write that may not is the server's.
        let isOurs = error.sqlState == "25006" && terms.isReadOnly
        let failure = isOurs ? .statement(reason: error.reason) : SQLFailure(error, in: statement)
        faults.note(failure)
        if error.sqlState == "25006", !isOurs {
            session.link.giveUp(error.reason)
            trouble = .ended(failure, isStale: false)
        } else {
            trouble = .failed(failure)
        }
        return failure
    }

    // MARK: Savepoints

    func open(_ savepoint: String) { unsent.append(.savepoint(savepoint)) }

    func keep(_ savepoint: String) {
        if unsent.last == .savepoint(savepoint) {
            unsent.removeLast()
        } else {
            unsent.append(.plain("RELEASE SAVEPOINT \(savepoint)"))
        }
    }

    /// Undoes what came after `open`; the transaction can then go on, unless it has to be run again or is lost.
    func undo(_ savepoint: String) {
        switch trouble {
        case .ended, .mustRepeat: return
        case .failed, nil: trouble = nil
        }
        if let start = unsent.lastIndex(of: .savepoint(savepoint)) {
            // Nothing of it has reached the server.
            unsent.removeSubrange(start...)
        } else {
            unsent = [
                .plain("ROLLBACK TO SAVEPOINT \(savepoint)"), .plain("RELEASE SAVEPOINT \(savepoint)"),
            ]
        }
    }

    /// Goes with the next statement, or with COMMIT.
    func announce() {
        isAnnounced = true
        unsent.append(.plain("NOTIFY \(Listener.channel)"))
    }

    // MARK: The end

    /// For the end of a transaction that nobody waits for.
    private static let patience: Duration = .seconds(5)

    /// Whether the server knows of the transaction, or must, for something that was announced.
    var isWorthCommitting: Bool { hasSent || isAnnounced }

    /// Ends a transaction of which nothing is to be kept. A connection that cannot even do that is given up.
    func rollBack() {
        unsent = []
        guard hasSent, session.isUsable else { return }
        // An alarm that rings already has done its work; one that rings from here on is for the end of the store.
        let alarm = terms.alarm.flatMap { $0.isRinging ? nil : $0 }
        let replies = try? session.link.exchange([.run("ROLLBACK")], until: Deadline(in: Self.patience), alarm: alarm)
        if let error = replies?.firstError { session.link.giveUp(error.reason) }
        hasSent = false
    }
}

extension OpenTransaction {
    enum Control: Equatable {
        case begin
        case savepoint(String)
        case plain(String)

        func sql(_ terms: TransactionTerms) -> String {
            switch self {
            case .begin: terms.begin
            case .savepoint(let name): "SAVEPOINT \(name)"
            case .plain(let sql): sql
            }
        }
    }
}

extension OpenTransaction.Trouble {
    var failure: SQLFailure {
        switch self {
        case .failed(let failure), .ended(let failure, _): failure
        case .mustRepeat(let reason): .unavailable(reason: reason)
        }
    }
}
