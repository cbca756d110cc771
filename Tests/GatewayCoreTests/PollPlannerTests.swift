import GatewayCore
import GatewayTesting
import Testing

@Suite("The plan of polls") struct PollPlannerTests {
    static let settings = PollPlanner.Settings(intervalMin: .seconds(2), intervalMax: .seconds(10))
    static let shape = JobTimes.Shape(kind: .text, seconds: 5)
    static let key = UpstreamKeyID(stored: "main")
    private let start = Uptime(microseconds: 0)

    private func job(_ number: Int) -> JobID { JobID(stored: "job-\(number)") }

    private func planner(jobs: Int = 1) -> PollPlanner {
        var planner = PollPlanner(PollPlannerTests.settings)
        for number in 0..<jobs { planner.add(job(number), at: start) }
        return planner
    }

    /// Polls as soon as the plan says so, up to `end`.
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

    private func pauses(_ times: [Uptime]) -> [Duration] { zip(times, times.dropFirst()).map { $1.since($0) } }

    @Test("asks seldom while no end is near, often when videos of this kind usually are ready, and seldom again later")
    func followsExperience() {
        var planner = planner(jobs: 0)
        planner.learn((0..<20).map { JobTime(shape: PollPlannerTests.shape, took: .seconds(100 + $0 % 5)) })
        planner.add(job(0), at: start)
        let times = polls(&planner, from: start, upTo: start.adding(.seconds(400)))
        func pauses(in seconds: ClosedRange<Int64>) -> [Duration] {
            self.pauses(times.filter { seconds.contains($0.microseconds / 1_000_000) })
        }
        #expect(pauses(in: 0...80).allSatisfy { $0 == .seconds(10) })
        #expect(pauses(in: 102...112).allSatisfy { $0 < .seconds(6) })
        #expect(pauses(in: 300...400).allSatisfy { $0 == .seconds(10) })
    }

    @Test("asks more often about a job that somebody watches")
    func watchedMoreOften() {
        var (watched, unwatched) = (planner(), planner())
        var count = 0
        for second in stride(from: Int64(0), to: 60, by: 5) {
            let now = start.adding(.seconds(second))
            _ = watched.watch(job(0), at: now)
            count += polls(&watched, from: now, upTo: now.adding(.seconds(5))).count
        }
        #expect(count > polls(&unwatched, from: start, upTo: start.adding(.seconds(60))).count)
    }

    @Test("asks again soon when somebody looks, but not sooner than the shortest pause")
    func watched() {
        var planner = planner()
        let times = polls(&planner, from: start, upTo: start.adding(.seconds(100)))
        guard let last = times.last else { return #expect(Bool(false), "there was a poll") }
        #expect(planner.watch(job(0), at: last.adding(.seconds(1))) == true)
        #expect(planner.step(at: last.adding(.seconds(1))) == .wait(.seconds(1)))
        #expect(planner.step(at: last.adding(.seconds(2))) == .poll(job(0)))
    }

    @Test("asks at once when somebody looks long after the last poll")
    func watchedLate() {
        var planner = planner()
        let times = polls(&planner, from: start, upTo: start.adding(.seconds(100)))
        guard let last = times.last else { return #expect(Bool(false), "there was a poll") }
        let now = last.adding(.seconds(5))
        #expect(planner.watch(job(0), at: now) == true)
        #expect(planner.step(at: now) == .poll(job(0)))
        #expect(planner.watch(job(0), at: now) == false, "a running poll is not doubled")
        #expect(planner.step(at: now) == .wait(nil))
    }

    @Test("keeps to a pause that was asked for, whoever looks", arguments: [Int64(0), 1, 5, 60])
    func postponed(seconds: Int64) {
        var planner = planner()
        let now = start.adding(.seconds(10))
        #expect(planner.step(at: now) == .poll(job(0)))
        planner.postpone(job(0), by: .seconds(seconds), at: now)
        #expect(planner.watch(job(0), at: now.adding(.milliseconds(500))) == false)
        // The poll may have reached Vinci: the shortest pause holds for it as well.
        #expect(planner.step(at: now) == .wait(.seconds(max(2, seconds))))
    }

    @Test("spreads the polls of a key evenly over its minute, however many jobs are due")
    func evenly() {
        var planner = planner(jobs: 50)
        planner.setPace(6, of: PollPlannerTests.key)
        let times = polls(&planner, from: start, upTo: start.adding(.seconds(310)))
        #expect(pauses(times).allSatisfy { $0 == .seconds(10) })
        #expect(times.count == 30)
    }

    @Test("asks with no job of a key that had no place for one, and with another key at once")
    func closedLane() {
        var planner = planner(jobs: 2)
        let other = UpstreamKeyID(stored: "other")
        planner.add(job(7), with: other, shape: PollPlannerTests.shape, acceptedAt: start, at: start)
        let now = start.adding(.seconds(10))
        #expect(planner.step(at: now) == .poll(job(0)))
        planner.notAsked(job(0), wait: .seconds(17), at: now)
        #expect(planner.step(at: now) == .poll(job(7)))
        #expect(planner.step(at: now) == .wait(.seconds(17)))
        #expect(planner.step(at: now.adding(.seconds(17))) == .poll(job(0)), "it keeps its turn")
    }

    @Test("gives a scarce place to the job that most likely has news, first to one that is watched")
    func mostPromising() {
        var planner = planner(jobs: 0)
        planner.learn((0..<20).map { JobTime(shape: PollPlannerTests.shape, took: .seconds(100 + $0 % 5)) })
        for (number, age) in [Int64(30), 99, 99, 60].enumerated() {
            planner.add(
                job(number), with: PollPlannerTests.key, shape: PollPlannerTests.shape,
                acceptedAt: start.adding(.seconds(-age)), at: start)
        }
        planner.setPace(2, of: PollPlannerTests.key)
        _ = planner.watch(job(2), at: start)
        var order: [JobID] = []
        var now = start.adding(.seconds(10))
        while order.count < 3, case .poll(let job) = planner.step(at: now) {
            order.append(job)
            now = now.adding(.seconds(30))
        }
        #expect(order == [job(2), job(1), job(3)])
    }

    @Test("learns nothing from an end that nobody looked for in a long while")
    func blind() {
        let late = start.adding(.hours(10))
        var (blind, unlearned) = (planner(), planner(jobs: 0))
        blind.completed(job(0), at: late)
        func addMinuteOld(to planner: inout PollPlanner) {
            planner.add(
                job(1), with: PollPlannerTests.key, shape: PollPlannerTests.shape,
                acceptedAt: late.adding(.seconds(-60)), at: late)
        }
        addMinuteOld(to: &blind)
        addMinuteOld(to: &unlearned)
        #expect(blind.step(at: late) == unlearned.step(at: late))
    }

    @Test("asks about a stalled job seldom, whoever looks")
    func stalled() {
        var planner = planner(jobs: 0)
        planner.add(
            job(0), with: PollPlannerTests.key, shape: PollPlannerTests.shape, acceptedAt: start, isStalled: true,
            at: start)
        let times = polls(&planner, from: start, upTo: start.adding(.hours(1)))
        #expect(times.count == 6)
        guard let last = times.last else { return }
        #expect(planner.watch(job(0), at: last.adding(.seconds(30))) == false)
    }

    @Test("does not forget a stalled job for others that would take every poll of the key")
    func stalledAmongOthers() {
        var planner = planner(jobs: 0)
        // So long ago that no job is known to have taken: by experience, asking about it is worth nothing.
        planner.add(
            job(0), with: PollPlannerTests.key, shape: PollPlannerTests.shape,
            acceptedAt: start.adding(.hours(-24_000)), isStalled: true, at: start)
        for number in 1...3 { planner.add(job(number), at: start) }
        planner.setPace(1, of: PollPlannerTests.key)
        var polled: [JobID] = []
        for second in 0..<3_600 {
            let now = start.adding(.seconds(Int64(second)))
            while case .poll(let job) = planner.step(at: now) {
                polled.append(job)
                planner.polled(job, at: now)
            }
        }
        #expect((4...6).contains(polled.count { $0 == job(0) }))
        #expect(polled.count >= 59)
    }

    @Test("forgets a job that has ended, and does not mind being told twice")
    func removed() {
        var planner = planner(jobs: 1)
        planner.add(job(0), at: start.adding(.seconds(1)))
        #expect(planner.jobCount == 1)
        planner.remove(job(0))
        planner.remove(job(0))
        planner.completed(job(0), at: start)
        #expect(planner.jobCount == 0)
        #expect(planner.step(at: start.adding(.hours(1))) == .wait(nil))
        #expect(planner.watch(job(0), at: start) == false)
        planner.polled(job(0), at: start)
        planner.postpone(job(0), by: .seconds(1), at: start)
        planner.notAsked(job(0), wait: .seconds(1), at: start)
        #expect(planner.jobCount == 0)
        #expect(planner.step(at: start.adding(.hours(1))) == .wait(nil))
    }

    @Test(
        "never runs two polls of a job at once, nor one sooner than the shortest pause, nor forgets one",
        arguments: SeededRandom.seeds(500))
    func keepsItsRules(seed: UInt64) {
        var run = PlannerRun(settings: PollPlannerTests.settings, seed: seed)
        for _ in 0..<400 { run.step() }
        #expect(run.faults.isEmpty, "seed \(seed): \(run.faults)")
        #expect(run.pollCount > 20, "seed \(seed)")
    }
}

extension PollPlanner {
    fileprivate mutating func add(_ job: JobID, at now: Uptime) {
        add(job, with: PollPlannerTests.key, shape: PollPlannerTests.shape, acceptedAt: now, at: now)
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
        case 52..<54: planner.setPace(Int.random(in: 1...100, using: &random), of: key(made))
        default: pass()
        }
    }

    private func key(_ number: Int) -> UpstreamKeyID { UpstreamKeyID(stored: "key-\(number % 3)") }

    private mutating func add() {
        made += 1
        let job = JobID(stored: "job-\(made)")
        let age = Duration.seconds(Int64.random(in: 0...200, using: &random))
        planner.add(
            job, with: key(made), shape: JobTimes.Shape(kind: .text, seconds: made % 10),
            acceptedAt: now.adding(.zero - age), at: now)
        lastPoll[job] = now
    }

    private mutating func end(_ job: JobID) {
        running.remove(job)
        let before = lastPoll[job]
        lastPoll[job] = now
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            planner.completed(job, at: now)
            lastPoll[job] = nil
        case 1..<3:
            let pause = Duration.milliseconds(Int64.random(in: 0...20_000, using: &random))
            planner.postpone(job, by: pause, at: now)
        case 3:
            let pause = Duration.milliseconds(Int64.random(in: 1...20_000, using: &random))
            planner.notAsked(job, wait: pause, at: now)
            lastPoll[job] = before
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
