package import GatewayCore
package import GatewayStore
import SQLDatabase
import VinciAPI

/// A viewer's question about one job, answered from memory.
package struct ReadStatus: Sendable {
    private let maxAge: Duration
    private let desk: StatusDesk
    private let tracker: JobTracker
    private let tally: AuditTally
    private let metrics: GatewayMetrics
    private let sleeper: any Clock<Duration>

    /// - maxAge: a live answer older than this asks the tracker to look sooner.
    package init(
        maxAge: Duration, desk: StatusDesk, tracker: JobTracker, tally: AuditTally, metrics: GatewayMetrics,
        sleeper: any Clock<Duration>
    ) {
        self.maxAge = maxAge
        self.desk = desk
        self.tracker = tracker
        self.tally = tally
        self.metrics = metrics
        self.sleeper = sleeper
    }

    /// - name: Vinci's request id or our job id, unchecked.
    /// - wait: holds the answer until the state changes, at most this long; nil: at once.
    /// - Throws: `.notFound` for what does not exist, has no valid name or belongs to somebody else: all the same.
    package func callAsFunction(
        _ paced: Paced, _ name: String, wait: Duration?, from source: CallSource
    ) async throws(Refusal) -> StatusDesk.Answer {
        var answer = try await find(JobReference.read(name), for: paced.caller)
        tally.noteRead(of: answer.status.job, by: paced.caller, from: source)
        if !answer.status.isEnded, answer.age >= maxAge { tracker.watch(answer.status.job) }
        if let wait, !answer.status.isEnded {
            await desk.waitForChange(of: answer.status.job, from: answer.version, upTo: wait, on: sleeper)
            answer = desk.find(.job(answer.status.job)) ?? answer
        }
        metrics.statusCache(answer.cache.rawValue)
        return answer
    }

    private func find(_ name: JobName?, for caller: Caller) async throws(Refusal) -> StatusDesk.Answer {
        guard let name else { throw .notFound }
        let known = desk.find(name)
        let answer = if let known { known } else { try await storing { try await desk.load(name) } }
        guard let answer, caller.maySee(jobOf: answer.status.owner) else { throw .notFound }
        return answer
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
