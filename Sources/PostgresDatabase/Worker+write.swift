import Foundation
import SQLDatabase

extension Worker {
    mutating func write(_ tasks: [Waiting<WriteTask>]) {
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
                // Apart, so that each holds fewer rows while it waits for others.
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

    /// - commitTime: nil when nothing was committed.
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
        switch findOut(claim, until: Deadline(in: pool.settings.doubtTimeout)) {
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

    private mutating func findOut(_ claim: CommitMark.Claim, until deadline: Deadline) -> DoubtInquiry.End {
        var tries = 0
        while !deadline.isOver {
            let end = inquire(claim, until: deadline)
            guard end == .unknown else { return end }
            tries += 1
            let pause = Backoff.pause(after: tries, from: .milliseconds(50), to: .seconds(1))
            Thread.sleep(for: min(pause, deadline.remaining))
        }
        return .unknown
    }

    private mutating func inquire(_ claim: CommitMark.Claim, until deadline: Deadline) -> DoubtInquiry.End {
        discardUnusable()
        do throws(PostgresOpenFailure) {
            if session == nil { try openSession(until: deadline) }
        } catch {
            pool.noteFailure(error, of: member)
        }
        guard let session else { return .unknown }
        return DoubtInquiry(session: session, claim: claim, settings: pool.settings).run(until: deadline)
    }
}
