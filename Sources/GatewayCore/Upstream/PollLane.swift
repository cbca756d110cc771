import HeapModule

/// The polls that go out with one upstream key: evenly over the minute, each about the job for which it is worth most.
///
/// Saving places up for a time when several jobs are near their end was tried and brought less than it cost: Vinci counts
/// over any 60 seconds, so whatever goes out at once is missing for as long.
struct PollLane: Sendable {
    enum Step: Equatable {
        case poll(JobID)
        /// Nothing before this moment.
        case open(Uptime)
        case idle
    }

    /// How much the latest poll counts in the share of those that found an end.
    private static let forgetting = 0.05
    /// When so many polls find an end, there are more ends than polls: guessing cannot win any more, only fail.
    private static let manyFindings = 0.8
    /// After so many polls of other jobs, the next one is a stalled job's that is due. They are asked about seldom; but not
    /// never, which a busy key would otherwise come to.
    private static let pollsPerStalled = 8

    /// How many jobs are polled with this key.
    var jobs = 0
    /// Not due yet; entries whose job was planned anew since are skipped.
    private var later = Heap<ScheduledPoll>()
    private var due: Set<JobID> = []
    private var spacing: Duration = .zero
    private var opensAt: Uptime?
    /// The share of the latest polls that found an end.
    private var findings = 0.0
    /// Since the last poll of a stalled job.
    private var pollsOfOthers = 0

    /// - perMinute: polls that the key has room for.
    mutating func setPace(_ perMinute: Int) { spacing = .seconds(60) / max(1, perMinute) }

    mutating func schedule(_ plan: JobPlan) {
        due.remove(plan.job)
        later.insert(ScheduledPoll(due: plan.due, job: plan.job))
    }

    mutating func withdraw(_ job: JobID) { due.remove(job) }

    /// Whether a poll found the end of its job.
    mutating func note(found: Bool) { findings += ((found ? 1 : 0) - findings) * PollLane.forgetting }

    /// The key has no place for a poll before `moment`.
    mutating func close(until moment: Uptime) { opensAt = moment }

    /// - plans: of this lane's jobs, and others.
    mutating func step(_ plans: [JobID: JobPlan], at now: Uptime) -> Step {
        while let first = later.min, first.due <= now || !first.isCurrent(in: plans) {
            later.removeMin()
            if first.isCurrent(in: plans) { due.insert(first.job) }
        }
        guard !due.isEmpty else { return later.min.map { .open($0.due) } ?? .idle }
        if let opensAt, now < opensAt { return .open(opensAt) }
        guard let best = next(plans, at: now) else { return .idle }
        due.remove(best.job)
        pollsOfOthers = best.isStalled ? 0 : pollsOfOthers + 1
        // One place may be made up for: timers are a little late.
        opensAt = max(opensAt ?? now, now.adding(.zero - spacing)).adding(spacing)
        return .poll(best.job)
    }

    private func next(_ plans: [JobID: JobPlan], at now: Uptime) -> JobPlan? {
        if pollsOfOthers >= PollLane.pollsPerStalled,
            let stalled = mostPromising(plans, at: now, isInTurn: true, among: \.isStalled)
        {
            return stalled
        }
        return mostPromising(plans, at: now, isInTurn: findings > PollLane.manyFindings) { _ in true }
    }

    private func mostPromising(
        _ plans: [JobID: JobPlan], at now: Uptime, isInTurn: Bool, among: (JobPlan) -> Bool
    ) -> JobPlan? {
        var best: (plan: JobPlan, worth: Double)?
        for job in due {
            guard let plan = plans[job], among(plan) else { continue }
            let worth = plan.worth(at: now, isInTurn: isInTurn)
            guard let leader = best else {
                best = (plan, worth)
                continue
            }
            // What is equally worth goes in the order in which it became due: nothing waits for ever.
            let goesFirst = (plan.due, plan.job.text) < (leader.plan.due, leader.plan.job.text)
            if worth > leader.worth || worth == leader.worth && goesFirst { best = (plan, worth) }
        }
        return best?.plan
    }
}

private struct ScheduledPoll: Sendable, Comparable {
    let due: Uptime
    let job: JobID

    func isCurrent(in plans: [JobID: JobPlan]) -> Bool {
        plans[job].map { $0.due == due && !$0.isRunning } ?? false
    }

    static func < (left: ScheduledPoll, right: ScheduledPoll) -> Bool {
        left.due != right.due ? left.due < right.due : left.job < right.job
    }
}
