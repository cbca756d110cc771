import HeapModule

/// When to ask Vinci about which open job next. Pure: the tracker performs what it says.
package struct PollPlanner: Sendable {
    package struct Settings: Sendable, Equatable {
        /// The shortest and longest pause between two polls of one job.
        package var intervalMin: Duration
        package var intervalMax: Duration
        /// Between polls of a job that Vinci no longer seems to know or to end.
        package var stalledInterval: Duration

        package init(intervalMin: Duration, intervalMax: Duration, stalledInterval: Duration = .seconds(600)) {
            self.intervalMin = intervalMin
            self.intervalMax = intervalMax
            self.stalledInterval = stalledInterval
        }
    }

    package enum Step: Sendable, Equatable {
        /// Ask about this job now; it stays out of the plan until ``polled(_:at:)`` or ``postpone(_:by:at:)``.
        case poll(JobID)
        /// Nothing is due for this long; nil: nothing is planned.
        case wait(Duration?)
    }

    private struct Plan: Sendable {
        var due: Uptime
        /// However many people look, not before then.
        var soonest: Uptime
        /// Since somebody last looked.
        var polls = 0
        var isStalled = false
        var isRunning = false
    }

    private let settings: Settings
    private var plans: [JobID: Plan] = [:]
    private var order = Heap<ScheduledPoll>()

    package init(_ settings: Settings) { self.settings = settings }

    package var jobCount: Int { plans.count }

    /// Starts polling a job; the first poll comes after the shortest pause.
    package mutating func add(_ job: JobID, at now: Uptime) {
        guard plans[job] == nil else { return }
        let first = now.adding(settings.intervalMin)
        schedule(job, Plan(due: first, soonest: first))
    }

    /// Stops asking about a job; also the end of the poll that runs, if one does.
    package mutating func remove(_ job: JobID) { plans[job] = nil }

    /// From now on this job is asked about seldom.
    package mutating func stall(_ job: JobID) { plans[job]?.isStalled = true }

    /// Somebody looks: the next poll comes as soon as the shortest pause since the last one allows.
    /// - Returns: whether the plan changed.
    package mutating func watch(_ job: JobID, at now: Uptime) -> Bool {
        guard var plan = plans[job], !plan.isRunning, !plan.isStalled else { return false }
        plan.polls = 0
        let next = max(now, plan.soonest)
        guard next < plan.due else {
            plans[job] = plan
            return false
        }
        plan.due = next
        schedule(job, plan)
        return true
    }

    package mutating func step(at now: Uptime) -> Step {
        while let first = order.min {
            guard let plan = plans[first.job], plan.due == first.due, !plan.isRunning else {
                // The job ended or was planned anew since this entry was made.
                order.removeMin()
                continue
            }
            guard first.due <= now else { return .wait(first.due.since(now)) }
            order.removeMin()
            plans[first.job]?.isRunning = true
            return .poll(first.job)
        }
        return .wait(nil)
    }

    /// The poll was made and the job goes on.
    package mutating func polled(_ job: JobID, at now: Uptime) {
        guard var plan = plans[job] else { return }
        plan.polls += 1
        plan.due = now.adding(interval(of: plan))
        plan.soonest = now.adding(settings.intervalMin)
        schedule(job, plan)
    }

    /// The poll taught nothing: no free place in the key's requests per minute, or no answer. Vinci may have been asked all
    /// the same, so the shortest pause holds, and whoever looks waits for the end of the pause.
    package mutating func postpone(_ job: JobID, by pause: Duration, at now: Uptime) {
        guard var plan = plans[job] else { return }
        plan.due = now.adding(max(pause, settings.intervalMin))
        plan.soonest = plan.due
        schedule(job, plan)
    }

    /// Doubles with each poll, from the shortest pause to the longest.
    private func interval(of plan: Plan) -> Duration {
        if plan.isStalled { return settings.stalledInterval }
        let doubled = settings.intervalMin * (1 << min(plan.polls / 2, 16))
        return min(max(doubled, settings.intervalMin), settings.intervalMax)
    }

    private mutating func schedule(_ job: JobID, _ plan: Plan) {
        var next = plan
        next.isRunning = false
        plans[job] = next
        order.insert(ScheduledPoll(due: next.due, job: job))
    }
}

private struct ScheduledPoll: Sendable, Comparable {
    let due: Uptime
    let job: JobID

    static func < (left: ScheduledPoll, right: ScheduledPoll) -> Bool {
        left.due != right.due ? left.due < right.due : left.job < right.job
    }
}
