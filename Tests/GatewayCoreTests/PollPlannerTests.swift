import GatewayCore
import GatewayTesting
import Testing

@Suite("The plan of polls") struct PollPlannerTests {
    private static let settings = PollPlanner.Settings(intervalMin: .seconds(2), intervalMax: .seconds(10))
    private let start = Uptime(microseconds: 0)

    private func job(_ number: Int) -> JobID { JobID(stored: "job-\(number)") }

    /// Polls one job as soon as the plan says so, up to `end`.
    private func polls(_ planner: inout PollPlanner, from start: Uptime, upTo end: Uptime) -> [Uptime] {
        var (now, polls) = (start, [Uptime]())
        while now < end {
            switch planner.step(at: now) {
            case .wait(nil): return polls
            case .wait(.some(let pause)): now = now.adding(pause)
            case .poll(let job):
                polls.append(now)
                planner.polled(job, at: now)
            }
        }
        return polls
    }

    @Test("asks about a job first after the shortest pause, then ever more seldom up to the longest")
    func backsOff() {
        var planner = PollPlanner(PollPlannerTests.settings)
        planner.add(job(1), at: start)
        let times = polls(&planner, from: start, upTo: start.adding(.seconds(60)))
        let pauses = zip([start] + times, times).map { $1.since($0) }
        #expect(pauses.first == .seconds(2))
        #expect(pauses == pauses.sorted())
        #expect(pauses.allSatisfy { (.seconds(2) ... .seconds(10)).contains($0) })
        #expect(pauses.last == .seconds(10))
    }

    @Test("asks again soon when somebody looks, but not sooner than the shortest pause")
    func watched() {
        var planner = PollPlanner(PollPlannerTests.settings)
        planner.add(job(1), at: start)
        let times = polls(&planner, from: start, upTo: start.adding(.seconds(100)))
        guard let last = times.last else { return #expect(Bool(false), "there was a poll") }
        #expect(planner.watch(job(1), at: last.adding(.seconds(1))) == true)
        #expect(planner.step(at: last.adding(.seconds(1))) == .wait(.seconds(1)))
        #expect(planner.step(at: last.adding(.seconds(2))) == .poll(job(1)))
    }

    @Test("asks at once when somebody looks long after the last poll")
    func watchedLate() {
        var planner = PollPlanner(PollPlannerTests.settings)
        planner.add(job(1), at: start)
        let times = polls(&planner, from: start, upTo: start.adding(.seconds(100)))
        guard let last = times.last else { return #expect(Bool(false), "there was a poll") }
        let now = last.adding(.seconds(5))
        #expect(planner.watch(job(1), at: now) == true)
        #expect(planner.step(at: now) == .poll(job(1)))
        #expect(planner.watch(job(1), at: now) == false, "a running poll is not doubled")
        #expect(planner.step(at: now) == .wait(nil))
    }

    @Test("keeps to a pause that was asked for, whoever looks", arguments: [Int64(0), 1, 5, 60])
    func postponed(seconds: Int64) {
        var planner = PollPlanner(PollPlannerTests.settings)
        planner.add(job(1), at: start)
        let now = start.adding(.seconds(2))
        #expect(planner.step(at: now) == .poll(job(1)))
        planner.postpone(job(1), by: .seconds(seconds), at: now)
        #expect(planner.watch(job(1), at: now.adding(.milliseconds(500))) == false)
        // The poll may have reached Vinci: the shortest pause holds for it as well.
        #expect(planner.step(at: now) == .wait(.seconds(max(2, seconds))))
    }

    @Test("asks about a stalled job seldom, whoever looks")
    func stalled() {
        var planner = PollPlanner(PollPlannerTests.settings)
        planner.add(job(1), at: start)
        planner.stall(job(1))
        let times = polls(&planner, from: start, upTo: start.adding(.hours(1)))
        #expect(times.count == 6)
        guard let last = times.last else { return }
        #expect(planner.watch(job(1), at: last.adding(.seconds(30))) == false)
    }

    @Test("forgets a job that has ended, and does not mind being told twice")
    func removed() {
        var planner = PollPlanner(PollPlannerTests.settings)
        planner.add(job(1), at: start)
        planner.add(job(1), at: start.adding(.seconds(1)))
        #expect(planner.jobCount == 1)
        planner.remove(job(1))
        planner.remove(job(1))
        #expect(planner.jobCount == 0)
        #expect(planner.step(at: start.adding(.hours(1))) == .wait(nil))
        #expect(planner.watch(job(1), at: start) == false)
        planner.polled(job(1), at: start)
        planner.postpone(job(1), by: .seconds(1), at: start)
        #expect(planner.jobCount == 0)
    }

    @Test(
        "never runs two polls of a job at once, nor one sooner than the shortest pause",
        arguments: SeededRandom.seeds(500))
    func keepsItsRules(seed: UInt64) {
        var run = PlannerRun(settings: PollPlannerTests.settings, seed: seed)
        for _ in 0..<400 { run.step() }
        #expect(run.faults.isEmpty, "seed \(seed): \(run.faults)")
        #expect(run.pollCount > 20, "seed \(seed)")
    }
}

/// Jobs that come, are looked at, are polled slowly or in vain, and end; with what must never be seen.
private struct PlannerRun {
    let settings: PollPlanner.Settings
    var random: SeededRandom
    var planner: PollPlanner
    var now = Uptime(microseconds: 0)
    var running: Set<JobID> = []
    var lastPoll: [JobID: Uptime] = [:]
    var due: [JobID: Uptime] = [:]
    var made = 0
    var pollCount = 0
    var faults: [String] = []

    init(settings: PollPlanner.Settings, seed: UInt64) {
        self.settings = settings
        random = SeededRandom(seed: seed)
        planner = PollPlanner(settings)
    }

    mutating func step() {
        let known = lastPoll.keys.sorted()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: add()
        case 8..<30: if let job = known.randomElement(using: &random) { _ = planner.watch(job, at: now) }
        case 30..<50: if let job = running.sorted().randomElement(using: &random) { end(job) }
        case 50..<52: if let job = known.randomElement(using: &random) { planner.stall(job) }
        default: pass()
        }
    }

    private mutating func add() {
        made += 1
        let job = JobID(stored: "job-\(made)")
        planner.add(job, at: now)
        lastPoll[job] = now
    }

    private mutating func end(_ job: JobID) {
        running.remove(job)
        lastPoll[job] = now
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            planner.remove(job)
            lastPoll[job] = nil
        case 1..<4:
            let pause = Duration.milliseconds(Int64.random(in: 0...20_000, using: &random))
            planner.postpone(job, by: pause, at: now)
        default: planner.polled(job, at: now)
        }
    }

    private mutating func pass() {
        switch planner.step(at: now) {
        case .poll(let job): begin(job)
        case .wait(let pause):
            if pause.map({ $0 <= .zero }) == true { faults.append("waits for \(String(describing: pause))") }
            if pause == nil, lastPoll.count > running.count { faults.append("forgot a job at \(now)") }
            let most = pause ?? .seconds(1)
            now = now.adding(random.chance(50) ? most : most / 2)
        }
    }

    private mutating func begin(_ job: JobID) {
        pollCount += 1
        guard let last = lastPoll[job] else { return faults.append("polls \(job), which has ended") }
        if !running.insert(job).inserted { faults.append("polls \(job) twice at once") }
        if now.since(last) < settings.intervalMin { faults.append("polls \(job) after \(now.since(last))") }
    }
}
