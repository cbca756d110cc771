/// What the planner knows about one open job.
struct JobPlan: Sendable {
    /// How long somebody who looked is taken to be still interested.
    static let attention: Duration = .seconds(30)
    /// How much news for nobody in particular counts beside news that somebody waits for.
    private static let unwatchedWeight = 0.25
    private static let stalledWeight = 0.02
    private static let blindnessMax: Duration = .seconds(120)
    /// The chance of an end at which a job is worth asking about.
    private static let watchedChance = 0.1
    private static let unwatchedChance = 0.4

    let job: JobID
    let key: UpstreamKeyID
    let shape: JobTimes.Shape
    var curve: EndCurve
    let acceptedAt: Uptime
    /// When Vinci last said that it goes on; at first when it was accepted.
    var aliveAt: Uptime
    var due: Uptime
    /// However many people look, not before then.
    var soonest: Uptime
    var watchedUntil: Uptime?
    var isStalled = false
    var isRunning = false

    init(
        job: JobID, key: UpstreamKeyID, shape: JobTimes.Shape, curve: EndCurve, acceptedAt: Uptime, now: Uptime
    ) {
        self.job = job
        self.key = key
        self.shape = shape
        self.curve = curve
        self.acceptedAt = acceptedAt
        aliveAt = acceptedAt
        due = now
        soonest = now
    }

    private func isWatched(at now: Uptime) -> Bool { watchedUntil.map { now < $0 } ?? false }

    /// What a poll now is worth: seconds of waiting that it saves, by how much they matter.
    /// - isInTurn: without a guess when the job ends.
    func worth(at now: Uptime, isInTurn: Bool) -> Double {
        let weight = isStalled ? JobPlan.stalledWeight : isWatched(at: now) ? 1 : JobPlan.unwatchedWeight
        guard !isInTurn else { return weight * (now.since(aliveAt) / .seconds(1)) }
        return weight * curve.worthOfAsking(at: now.since(acceptedAt), after: aliveAt.since(acceptedAt))
    }

    /// How long from now until asking is worth a request.
    func interval(_ settings: PollPlanner.Settings, at now: Uptime) -> Duration {
        guard !isStalled else { return settings.stalledInterval }
        let wanted = isWatched(at: now) ? JobPlan.watchedChance : JobPlan.unwatchedChance
        guard chanceOfEnd(by: now.adding(settings.intervalMin)) < wanted else { return settings.intervalMin }
        var (early, late) = (settings.intervalMin, settings.intervalMax)
        while late - early > .milliseconds(100) {
            let middle = (early + late) / 2
            if chanceOfEnd(by: now.adding(middle)) < wanted { early = middle } else { late = middle }
        }
        return late
    }

    /// From acceptance to the end that a poll found now.
    ///
    /// The end lies between the last two polls, later rather than sooner: a poll is made when the end is likely, and those
    /// that come in vain are not counted here.
    /// - Returns: nil when nobody asked for so long that the end says little, as after a time without this program.
    func timeTaken(at now: Uptime) -> JobTime? {
        let (shortest, longest) = (aliveAt.since(acceptedAt), now.since(acceptedAt))
        guard longest - shortest <= max(JobPlan.blindnessMax, shortest) else { return nil }
        return JobTime(shape: shape, took: shortest + (longest - shortest) * 7 / 10)
    }

    private func chanceOfEnd(by moment: Uptime) -> Double {
        curve.chanceOfEnd(after: aliveAt.since(acceptedAt), by: moment.since(acceptedAt))
    }
}
