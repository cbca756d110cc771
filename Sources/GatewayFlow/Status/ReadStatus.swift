package import GatewayCore
package import GatewayStore
import SQLDatabase
import VinciAPI

/// A viewer's question about one job, answered from memory.
package struct ReadStatus: Sendable {
    private static let refreshesAtOnce = 8

    private let maxAge: Duration
    private let store: GatewayStore
    private let desk: StatusDesk
    private let tracker: JobTracker
    private let tally: AuditTally
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let loads = SingleFlight<JobName, StatusDesk.Answer?>()

    /// - maxAge: a live answer older than this asks the tracker to look sooner.
    package init(
        maxAge: Duration, store: GatewayStore, desk: StatusDesk, tracker: JobTracker, tally: AuditTally,
        metrics: GatewayMetrics, clock: any WallClock, sleeper: any Clock<Duration>
    ) {
        self.maxAge = maxAge
        self.store = store
        self.desk = desk
        self.tracker = tracker
        self.tally = tally
        self.metrics = metrics
        self.clock = clock
        self.sleeper = sleeper
    }

    /// - name: Vinci's request id or our job id, unchecked.
    /// - wait: holds the answer until the state changes, at most this long; nil: at once.
    /// - Throws: `.notFound` for what does not exist, has no valid name or belongs to somebody else: all the same.
    package func callAsFunction(
        _ paced: Paced, _ name: String, wait: Duration?, from source: CallSource
    ) async throws(Refusal) -> StatusDesk.Answer {
        guard let found = try await find(JobReference.read(name)) else { throw .notFound }
        try note(found, for: paced, from: source)
        var answer = found
        if let wait, !answer.status.isEnded {
            answer = await waitForChange(of: answer.status.job, from: answer, upTo: wait)
        }
        metrics.statusCache(answer.cache)
        return answer
    }

    /// What can be told without asking the store; nil when it must be asked.
    package func inMemory(_ name: JobName) -> StatusDesk.Answer? {
        guard let known = desk.find(name) else { return nil }
        let job = known.view.status.job
        return isFollowedElsewhere(job) && desk.isOlder(than: maxAge, job) ? nil : known
    }

    /// The whole question, for an answer from ``inMemory(_:)``.
    /// - Throws: `.notFound` for a job of somebody else.
    package func answer(
        _ known: StatusDesk.Answer, to paced: Paced, from source: CallSource
    ) throws(Refusal) -> StatusDesk.Answer {
        try note(known, for: paced, from: source)
        metrics.statusCache(known.cache)
        return known
    }

    /// The job, if the caller may see it.
    package func visible(_ paced: Paced, _ name: String) async throws(Refusal) -> JobID {
        guard let found = try await find(JobReference.read(name)), paced.caller.maySee(jobOf: found.status.owner)
        else { throw .notFound }
        return found.status.job
    }

    /// Sees to it that memory knows the job, if anybody does. In a frame of its own: see ``EventStream``.
    @inline(never) func remember(_ job: JobID) async {
        if desk.find(.job(job)) == nil { _ = try? await load(.job(job)) }
    }

    private func note(_ answer: StatusDesk.Answer, for paced: Paced, from source: CallSource) throws(Refusal) {
        guard paced.caller.maySee(jobOf: answer.view.status.owner) else { throw .notFound }
        let job = answer.view.status.job
        tally.noteRead(of: job, by: paced.caller, from: source)
        if !answer.view.isEnded, answer.age >= maxAge { tracker.watch(job) }
    }

    private func find(_ name: JobName?) async throws(Refusal) -> StatusDesk.Answer? {
        guard let name else { return nil }
        guard let known = desk.find(name) else { return try await storing { try await load(name) } }
        return await upToDate(known)
    }

    private func waitForChange(
        of job: JobID, from answer: StatusDesk.Answer, upTo patience: Duration
    ) async -> StatusDesk.Answer {
        let deadline = clock.uptime().adding(patience)
        while true {
            let left = deadline.since(clock.uptime())
            let latest = await upToDate(desk.find(.job(job)) ?? answer)
            guard latest.version == answer.version, left > .zero, !Task.isCancelled, !desk.isClosed else {
                return latest
            }
            // Of a job that another process follows no news comes by itself.
            let pause = isFollowedElsewhere(job) ? min(left, .seconds(1)) : left
            await desk.waitForChange(of: job, from: answer.version, upTo: pause, on: sleeper)
        }
    }

    // MARK: Jobs that another process follows

    /// Asks the store about every such job that somebody here listens to, if what is known is too old: no news of it comes
    /// by itself.
    func refreshListened() async {
        await withDiscardingTaskGroup { group in
            let due = desk.listenedJobs.filter { isFollowedElsewhere($0) && desk.isOlder(than: maxAge, $0) }
            let share = (due.count + ReadStatus.refreshesAtOnce - 1) / ReadStatus.refreshesAtOnce
            for start in stride(from: 0, to: due.count, by: max(1, share)) {
                group.addTask {
                    for job in due[start..<min(start + share, due.count)] where !Task.isCancelled {
                        _ = try? await load(.job(job))
                    }
                }
            }
        }
    }

    private func isFollowedElsewhere(_ job: JobID) -> Bool { store.isShared && !tracker.follows(job) }

    /// - Returns: what is known when the store does not answer.
    private func upToDate(_ known: StatusDesk.Answer) async -> StatusDesk.Answer {
        let job = known.status.job
        guard isFollowedElsewhere(job), desk.isOlder(than: maxAge, job) else { return known }
        var fresh = try? await load(.job(job))
        fresh?.cache = known.cache
        return fresh ?? known
    }

    /// However many ask at the same time, the store is asked once.
    private func load(_ name: JobName) async throws -> StatusDesk.Answer? {
        try await loads.value(for: name) {
            try await desk.load(name, isFollowedElsewhere: store.isShared)
        }
    }
}

/// Reads the two kinds of names a job has.
package enum JobReference {
    /// Nil when `text` is of neither grammar.
    package static func read(_ text: String) -> JobName? {
        if let job = JobID(text) { return .job(job) }
        return VinciLimits.isRequestID(text) ? .request(RequestID(checked: text)) : nil
    }
}
