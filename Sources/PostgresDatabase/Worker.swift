import Foundation
import SQLDatabase

/// What one thread of a pool does, from the opening of the store to its end.
struct Worker {
    private let pool: Pool
    private let member: Int
    private var session: Session?
    /// The session before the next one, once its end is known: its mark is of no more use.
    private var earlier: String?

    static func start(_ pool: Pool, _ member: Int) {
        let thread = Thread {
            var worker = Worker(pool: pool, member: member)
            worker.run()
        }
        thread.name = "postgres.\(pool.purpose.rawValue).\(member)"
        thread.start()
    }

    private init(pool: Pool, member: Int) {
        self.pool = pool
        self.member = member
    }

    private mutating func run() {
        while true {
            discardUnusable()
            switch pool.nextStep(for: member, isConnected: session != nil) {
            case .connect: connect()
            case .write(let tasks): write(tasks)
            case .read(let read): look(read)
            case .rest(let deadline): pool.rest(member, until: deadline)
            case .leave: return leave()
            }
        }
    }

    // MARK: Connections

    private mutating func connect() {
        do throws(PostgresOpenFailure) {
            let session = try Session.open(
                pool.target, for: pool.purpose, settings: pool.settings, replacing: earlier,
                alarm: pool.alarm(of: member))
            use(session)
            // One of them tidies up; it is enough that it does so now and then.
            if member == 0, pool.purpose == .writing { try? session.run(CommitMark.removalOfOld, in: .seconds(1)) }
        } catch {
            pool.noteFailure(error, of: member)
        }
    }

    private mutating func use(_ session: Session) {
        self.session = session
        earlier = session.name
        pool.noteConnected(member)
    }

    private mutating func discardUnusable() {
        guard let fault = session?.link.fault else { return }
        session = nil
        guard fault != .interrupted else { return }
        pool.note { $0.lostConnections += 1 }
        pool.settings.onConnection(.lost(reason: fault.reason))
    }

    private mutating func leave() {
        if let session, session.isUsable, pool.purpose == .writing {
            // Nobody will ask about a session that ended in peace. Should this row stay, it is removed one day later.
            try? session.run(CommitMark.removal(of: session.name), in: .seconds(1))
        }
        session = nil
        pool.noteLeave()
    }

    // MARK: Reads

    private mutating func look(_ waiting: Waiting<QueuedRead>) {
        defer { pool.finishRead(member) }
        let deadline = Deadline(in: pool.settings.readStatementTimeout)
        var repetitions = 0
        while waiting.work.isWanted() {
            guard let session, session.isUsable else { return pool.putBack(waiting) }
            let terms = TransactionTerms.read(
                pool.settings, alarm: pool.alarm(of: member), canceller: pool.canceller)
            switch ReadTransaction(session: session, terms: terms).run(waiting.work) {
            case .answered(let reason):
                if let reason { pool.breakDown(reason: reason) }
                return
            case .stale:
                return pool.putBack(waiting)
            case .mustRepeat(let reason):
                repetitions += 1
                guard pause(after: repetitions, until: deadline) else {
                    return waiting.work.refuse(.unavailable(reason: reason))
                }
            }
        }
    }

    // MARK: Writes

    private mutating func write(_ tasks: [Waiting<WriteTask>]) {
        let terms = terms(of: tasks)
        var repetitions = 0
        while true {
            guard let session, session.isUsable else { return pool.putBack(tasks) }
            let transaction = WriteTransaction(
                session: session, terms: terms, commitTimeout: pool.settings.commitTimeout)
            switch transaction.run(tasks.map(\.work.write)) {
            case .settled(let ran, let time, let isAnnounced):
                return deliver(ran, time, isAnnounced)
            case .stale:
                return pool.putBack(tasks)
            case .failed(let failure):
                return fail(tasks, failure)
            case .inDoubt(let ran, let claim, let isAnnounced):
                return lookInto(claim, ran, of: tasks, isAnnounced)
            case .mustRepeat(let reason):
                pool.note { $0.repetitions += 1 }
                repetitions += 1
                guard pause(after: repetitions, until: terms.deadline) else {
                    return fail(tasks, .unavailable(reason: reason))
                }
                // Apart, so that what they wait for one after the other is less.
                if tasks.count > 1 { return writeApart(tasks) }
            }
        }
    }

    private mutating func writeApart(_ tasks: [Waiting<WriteTask>]) {
        for task in tasks { write([task]) }
    }

    private func terms(of tasks: [Waiting<WriteTask>]) -> TransactionTerms {
        let settings = pool.settings
        guard tasks.contains(where: \.work.isMigration) else {
            return .write(settings, until: Deadline(in: settings.writeTimeout))
        }
        return .migration(settings, until: Deadline(in: settings.migrationTimeout))
    }

    private func deliver(_ ran: [RanWrite], _ commitTime: Duration?, _ isAnnounced: Bool) {
        if let commitTime {
            let kept = ran.count { $0.end == .keep }
            pool.note { figures in
                figures.commits += 1
                figures.writes += kept
                figures.isFull = false
            }
            pool.settings.onCommit(commitTime, kept)
        }
        if ran.contains(where: { $0.end == .failed(.storageFull) }) { pool.note { $0.isFull = true } }
        for write in ran { write.answer() }
        if isAnnounced { pool.wakeUps.ring() }
    }

    private func fail(_ tasks: [Waiting<WriteTask>], _ failure: SQLFailure) {
        if failure == .storageFull { pool.note { $0.isFull = true } }
        if let reason = failure.breakReason { pool.breakDown(reason: reason) }
        for task in tasks { task.work.write.refuse(failure) }
    }

    // MARK: A COMMIT in doubt

    private mutating func lookInto(
        _ claim: CommitMark.Claim, _ ran: [RanWrite], of tasks: [Waiting<WriteTask>], _ isAnnounced: Bool
    ) {
        discardUnusable()
        // Its row stays: should it be gone while the old session lives, that could still commit.
        earlier = nil
        let start = ContinuousClock.now
        let deadline = Deadline(in: pool.settings.doubtTimeout)
        var end = DoubtInquiry.End.unknown
        var tries = 0
        while end == .unknown, !deadline.isOver {
            if tries > 0 { Thread.sleep(for: Backoff.pause(after: tries, from: .milliseconds(50), to: .seconds(1))) }
            tries += 1
            end = inquire(claim, until: deadline)
        }
        switch end {
        case .committed:
            pool.note { $0.doubtsResolved += 1 }
            deliver(ran, ContinuousClock.now - start, isAnnounced)
        case .notCommitted:
            pool.note { $0.doubtsResolved += 1 }
            fail(tasks, .unavailable(reason: "the connection was lost before COMMIT, and nothing was committed"))
        case .unknown, .untold:
            pool.note { $0.doubtsLeft += 1 }
            fail(tasks, .inDoubt)
        }
    }

    private mutating func inquire(_ claim: CommitMark.Claim, until deadline: Deadline) -> DoubtInquiry.End {
        do throws(PostgresOpenFailure) {
            if session?.isUsable != true {
                use(
                    try Session.open(
                        pool.target, for: pool.purpose, settings: pool.settings, replacing: earlier, until: deadline,
                        alarm: pool.alarm(of: member)))
            }
        } catch {
            pool.noteFailure(error, of: member)
            return .unknown
        }
        guard let session else { return .unknown }
        return DoubtInquiry(session: session, claim: claim, settings: pool.settings).run(until: deadline)
    }

    // MARK: Pauses

    /// - Returns: false when there is no time left.
    private func pause(after repetitions: Int, until deadline: Deadline?) -> Bool {
        Thread.sleep(for: Backoff.pause(after: repetitions, from: .milliseconds(4), to: .milliseconds(200)))
        return !(deadline?.isOver ?? false)
    }
}

extension Thread {
    fileprivate static func sleep(for duration: Duration) {
        sleep(forTimeInterval: duration / .seconds(1))
    }
}
