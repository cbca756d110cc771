import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing
import VinciAPI

@Suite("The tracker", .timeLimit(.minutes(1))) struct TrackingTests {
    @Test("settles a job that nobody asks about, at its true cost")
    func settles() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .taken(as: "req_1") },
                status: { id, count in
                    count < 2 ? .reply(.processing(id, 40)) : .reply(.completed(id, cost: "0.31", seconds: "6.2"))
                }))
        let end = try await bench.order(try await bench.token())
        try await track(bench) { try await bench.job(end)?.state == .completed }
        let job = try #require(try await bench.job(end))
        #expect(job.result?.cost == .cents(31))
        #expect(
            try await bench.books.store.spend(of: .organization) == BudgetFigures(captured: .cents(31), held: .zero))
        #expect(bench.upstream.polls.count == 3)
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test(
        "charges seconds × price when Vinci names no cost, and zero when it says zero",
        arguments: [
            (nil as String?, MicroUSD.cents(26)), ("0", MicroUSD.zero),
        ])
    func derivedCost(_ cost: String?, _ expected: MicroUSD) async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .taken(as: "req_1") },
                status: { id, _ in .reply(.completed(id, cost: cost, seconds: "5.2")) }))
        let end = try await bench.order(try await bench.token())
        try await track(bench) { try await bench.job(end)?.state == .completed }
        #expect(try await bench.job(end)?.result?.cost == expected)
    }

    @Test("releases the money of a failed job, marked for verification")
    func failed() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .taken(as: "req_1") },
                status: { id, _ in .reply(StatusReply(requestID: id, status: .failed, error: "Invalid prompt format")) }
            ))
        let end = try await bench.order(try await bench.token())
        try await track(bench) { try await bench.job(end)?.state == .failed }
        #expect(try await bench.books.store.spend(of: .organization) == .none)
        #expect(try await bench.job(end)?.error == "Invalid prompt format")
    }

    @Test("keeps the money of a job that Vinci forgets, reports it once and asks seldom from then on")
    func forgotten() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .taken(as: "req_1") },
                status: { _, _ in .failed(.status(404, detail: "Not found", retryAfterSeconds: nil)) }))
        let end = try await bench.order(try await bench.token())
        try await track(bench) { try await bench.job(end)?.stalledAt != nil }
        #expect(try await bench.job(end)?.state == .accepted)
        #expect(try await bench.books.store.spend(of: .organization).held == .cents(28))
        #expect(try await bench.books.store.audit(after: 0, action: .jobStalled, limit: 10).count == 1)
    }

    @Test("asks about a new job in time, although it sleeps with nothing to do")
    func wakesForNewJob() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .taken(as: "req_1") },
                status: { id, _ in .reply(.completed(id, cost: "0.25", seconds: "5")) }))
        let tracking = Task { try await bench.tracker.run() }
        defer { tracking.cancel() }
        // It has no job, hence no time to sleep until; by now it sleeps.
        for _ in 0..<1_000 { await Task.yield() }
        let end = try await bench.order(try await bench.token())
        await bench.clock.sleepers(1)
        for _ in 0..<5_000 where try await bench.job(end)?.state != .completed {
            if let pause = bench.clock.untilNextWake { bench.clock.advance(by: pause) }
            await Task.yield()
        }
        #expect(try await bench.job(end)?.state == .completed)
    }

    @Test("gives each of many overdue jobs its turn, also where a key has few requests per minute")
    func overdueJobsTakeTurns() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(status: { id, _ in .reply(.completed(id, cost: "0.25", seconds: "5")) }),
            requestsPerMinute: 1)
        let owner = try await bench.books.owner()
        for _ in 0..<4 { _ = try await bench.books.job(in: .accepted, for: owner) }
        bench.clock.moveDate(by: .hours(25))
        try await bench.takeOver()
        let start = bench.clock.uptime
        try await track(bench) { try await bench.books.store.openJobs(of: owner.team) == 0 }
        #expect(bench.clock.uptime.since(start) < .minutes(6))
    }

    @Test("takes over the open jobs of an earlier run")
    func resumes() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(status: { id, _ in .reply(.completed(id, cost: "0.25", seconds: "5")) }))
        let owner = try await bench.books.owner()
        let job = try await bench.books.place(for: owner)
        _ = try await bench.books.accept(job)
        try await bench.takeOver()
        #expect(bench.tracker.trackedCount == 1)
        try await track(bench) { try await bench.books.store.job(.job(job))?.state == .completed }
    }

    /// Runs the tracker, turning the clock whenever everybody sleeps, until `isDone`.
    private func track(_ bench: FlowBench, until isDone: @escaping @Sendable () async throws -> Bool) async throws {
        try await testGracefulShutdown { shutdown in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await bench.tracker.run() }
                for _ in 0..<5_000 where try await !isDone() {
                    if let pause = bench.clock.untilNextWake { bench.clock.advance(by: pause) }
                    await Task.yield()
                }
                #expect(try await isDone())
                shutdown.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }
}

extension StatusReply {
    fileprivate static func processing(_ id: String, _ progress: Int) -> StatusReply {
        StatusReply(requestID: id, status: .processing, progress: Decimal(progress))
    }

    fileprivate static func completed(_ id: String, cost: String?, seconds: String) -> StatusReply {
        StatusReply(
            requestID: id, status: .completed, videoURL: "https://storage.googleapis.com/v.mp4",
            durationSeconds: Decimal(string: seconds), costUSD: cost.flatMap { Decimal(string: $0) })
    }
}
