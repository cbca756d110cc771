/// When to ask Vinci about which open job next. Pure: the tracker performs what it says.
///
/// Each job has a moment at which asking is worth a request: the nearer its end is likely to be, the sooner; sooner also
/// while somebody watches. Each upstream key is a lane with so many requests per minute for polls; when more jobs are due
/// than the lane lets through, the one goes first that most likely has news for somebody.
package struct PollPlanner: Sendable {
    package struct Settings: Sendable, Equatable {
        /// The shortest and longest pause between two polls of one job, as far as its key allows.
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
        /// Ask about this job now; it stays out of the plan until it is said how that went.
        case poll(JobID)
        /// Nothing is to be done for this long; nil: nothing is planned.
        case wait(Duration?)
    }

    private let settings: Settings
    private var times = JobTimes()
    private var plans: [JobID: JobPlan] = [:]
    private var lanes: [UpstreamKeyID: PollLane] = [:]
    /// Of the lanes, sorted: a choice among equals is always the same.
    private var keys: [UpstreamKeyID] = []

    package init(_ settings: Settings) { self.settings = settings }

    package var jobCount: Int { plans.count }

    /// Jobs whose poll was begun and has not been said to have ended.
    package var runningCount: Int { plans.values.count(where: \.isRunning) }

    /// Starts polling a job.
    /// - acceptedAt: by Vinci; it may have been long ago.
    /// - Returns: before when nothing is to be done about it.
    @discardableResult package mutating func add(
        _ job: JobID, with key: UpstreamKeyID, shape: JobTimes.Shape, acceptedAt: Uptime, isStalled: Bool = false,
        at now: Uptime
    ) -> Uptime {
        if let plan = plans[job] { return plan.due }
        var plan = JobPlan(
            job: job, key: key, shape: shape, curve: times.curve(of: shape), acceptedAt: acceptedAt, now: now)
        plan.isStalled = isStalled
        plan.soonest = now.adding(settings.intervalMin)
        // Whether a stalled one still is so, is asked once after a start.
        plan.due = isStalled ? plan.soonest : now.adding(plan.interval(settings, at: now))
        if lanes[key] == nil { open(key) }
        lanes[key]?.jobs += 1
        schedule(plan)
        return plan.due
    }

    /// Stops asking about a job; also the end of the poll that runs, if one does.
    package mutating func remove(_ job: JobID) {
        guard let plan = plans.removeValue(forKey: job) else { return }
        // A dictionary never shrinks by itself.
        if plans.isEmpty { plans = [:] }
        lanes[plan.key]?.withdraw(job)
        lanes[plan.key]?.jobs -= 1
        if lanes[plan.key]?.jobs == 0 { close(plan.key) }
    }

    /// The poll found the finished video: others of its shape will take about as long.
    package mutating func completed(_ job: JobID, at now: Uptime) {
        guard let plan = plans[job] else { return }
        if let time = plan.timeTaken(at: now) { times.learn(time) }
        lanes[plan.key]?.note(found: true)
        remove(job)
    }

    /// What is known from earlier, oldest first.
    package mutating func learn(_ earlier: [JobTime]) { for time in earlier { times.learn(time) } }

    /// From now on this job is asked about seldom.
    package mutating func stall(_ job: JobID) { plans[job]?.isStalled = true }

    /// Somebody looks: the next poll comes as soon as the shortest pause since the last one allows.
    /// - Returns: whether the plan changed.
    package mutating func watch(_ job: JobID, at now: Uptime) -> Bool {
        guard var plan = plans[job] else { return false }
        plan.watchedUntil = now.adding(JobPlan.attention)
        plans[job] = plan
        let next = max(now, plan.soonest)
        guard !plan.isRunning, !plan.isStalled, next < plan.due else { return false }
        plan.due = next
        schedule(plan)
        return true
    }

    /// - perMinute: polls that the key's limit has room for besides orders.
    package mutating func setPace(_ perMinute: Int, of key: UpstreamKeyID) { lanes[key]?.setPace(perMinute) }

    package mutating func step(at now: Uptime) -> Step {
        var next: Uptime?
        for key in keys {
            switch lanes[key]?.step(plans, at: now) {
            case .poll(let job):
                plans[job]?.isRunning = true
                return .poll(job)
            case .open(let moment): next = min(next ?? moment, moment)
            case .idle, nil: break
            }
        }
        return .wait(next.map { $0.since(now) })
    }

    /// The poll was made and the job goes on.
    package mutating func polled(_ job: JobID, at now: Uptime) {
        guard var plan = plans[job] else { return }
        plan.aliveAt = now
        lanes[plan.key]?.note(found: false)
        plan.curve = times.curve(of: plan.shape)
        plan.due = now.adding(plan.interval(settings, at: now))
        plan.soonest = now.adding(settings.intervalMin)
        schedule(plan)
    }

    /// No answer came, or none that says anything. Vinci may have been asked all the same, so the shortest pause holds, and
    /// whoever looks waits for the end of the pause.
    package mutating func postpone(_ job: JobID, by pause: Duration, at now: Uptime) {
        guard var plan = plans[job] else { return }
        plan.due = now.adding(max(pause, settings.intervalMin))
        plan.soonest = plan.due
        schedule(plan)
    }

    /// The key had no place for the poll; it has none for any other job of the key either before `wait` is over.
    package mutating func notAsked(_ job: JobID, wait: Duration, at now: Uptime) {
        guard let plan = plans[job] else { return }
        lanes[plan.key]?.close(until: now.adding(wait))
        schedule(plan)
    }

    private mutating func schedule(_ plan: JobPlan) {
        var next = plan
        next.isRunning = false
        plans[plan.job] = next
        lanes[plan.key]?.schedule(next)
    }

    private mutating func open(_ key: UpstreamKeyID) {
        lanes[key] = PollLane()
        keys.insert(key, at: keys.firstIndex { key < $0 } ?? keys.endIndex)
    }

    private mutating func close(_ key: UpstreamKeyID) {
        lanes[key] = nil
        keys.removeAll { $0 == key }
    }
}
