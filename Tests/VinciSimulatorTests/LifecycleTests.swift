import Foundation
import NIOCore
import Testing

@testable import VinciSimulator

@Suite("A simulator") struct LifecycleTests {
    @Test("completes a job in real time, without anybody looking")
    func realTime() async throws {
        var configuration = SimulatorConfiguration.forTests()
        configuration.jobDuration = .milliseconds(30)
        try await withSimulator(configuration, clock: RealTime()) { caller async throws in
            let id = try await caller.ordered()
            let deadline = ContinuousClock.now + .seconds(20)
            while try await caller.status(id)["status"]?.string != "completed" {
                try #require(ContinuousClock.now < deadline)
            }
            #expect(caller.simulator.bill.totals.charged == .cents(25))
        }
    }

    @Test("that cannot have its port says so to whoever waits for its address")
    func portTaken() async throws {
        try await withSimulator { caller async throws in
            var configuration = SimulatorConfiguration.forTests()
            configuration.port = try #require(Int(caller.origin.split(separator: ":").last ?? ""))
            let second = try VinciSimulator(configuration)
            let running = Task { try await second.run() }
            await #expect(throws: IOError.self) { try await second.baseURL }
            await #expect(throws: IOError.self) { try await running.value }
        }
    }

    @Test("stops although a reply is still being delayed, and gives none", .timeLimit(.minutes(2)))
    func stopsDuringDelay() async throws {
        let clock = SteppedTime()
        let rule = FaultRule(match: FaultMatch(.balance), delayReply: .seconds(3600))
        var waiting: Task<Answer?, Never>?
        try await withSimulator(.forTests(faults: [rule]), clock: clock) { caller async throws in
            waiting = Task { try? await caller.get("/billing/balance") }
            try await clock.somebodySleeps()
        }
        #expect(await waiting?.value == nil)
        #expect(clock.sleeperCount == 0)
    }

    @Test("hands out the same ids for the same seed, others without one")
    func seeded() async throws {
        var ids: [String] = []
        for seed in [1, 1, 2] as [UInt64] {
            try await withSimulator(.forTests(seed: seed)) { ids.append(try await $0.ordered()) }
        }
        #expect(ids[0] == ids[1] && ids[0] != ids[2])
        #expect(SimulatorConfiguration().seed != SimulatorConfiguration().seed)
    }

    @Test("takes many orders at once and bills each exactly once")
    func concurrent() async throws {
        let clock = SteppedTime()
        try await withSimulator(clock: clock) { caller async throws in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<300 { group.addTask { try await caller.ordered("\(number)", seconds: 1) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            clock.advance(by: .seconds(10))
            #expect(ids.count == 300)
            #expect(caller.simulator.bill.totals.charged == .cents(1500))
            #expect(caller.simulator.bill.accounts.first?.balance == .dollars(85))
        }
    }
}

@Suite("Stepped time") struct SteppedTimeTests {
    @Test("wakes a sleeper when its time has come, not before")
    func wakes() async throws {
        let clock = SteppedTime()
        let sleeper = Task { try await clock.sleep(for: .seconds(10)) }
        try await clock.somebodySleeps()
        clock.advance(by: .milliseconds(9_999))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .milliseconds(1))
        try await sleeper.value
        #expect(clock.sleeperCount == 0)
    }

    @Test("lets a cancelled sleeper go, also one that was cancelled before it slept")
    func cancelled() async throws {
        let clock = SteppedTime()
        for _ in 0..<200 {
            let sleeper = Task { try await clock.sleep(for: .seconds(10)) }
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
        #expect(clock.sleeperCount == 0)
    }
}
