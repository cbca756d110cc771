import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Testing
import VinciAPI

@Suite("The status desk") struct StatusDeskTests {
    @Test("writes an ended state once and keeps it, whatever comes later")
    func writeOnce() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let job = try await bench.books.place(for: try await bench.books.owner())
        let ended = try await bench.books.settle(job, cost: .cents(26))
        bench.desk.put(ended)
        var other = ended
        other.state = .failed
        other.error = "too late"
        bench.desk.put(other)
        bench.desk.confirm(job, StatusReply(requestID: "r", status: .processing))
        guard case .completed(let result) = bench.desk.find(.job(job))?.status.phase else {
            Issue.record("the completed state was overwritten")
            return
        }
        #expect(result.cost == .cents(26))
    }

    @Test("moves a live state forward only")
    func forward() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let job = try await accepted(bench)
        bench.desk.put(job)
        bench.desk.confirm(job.id, StatusReply(requestID: "r", status: .processing, progress: 60))
        bench.desk.confirm(job.id, StatusReply(requestID: "r", status: .processing, progress: 20))
        bench.desk.confirm(job.id, StatusReply(requestID: "r", status: .pending))
        bench.desk.put(job)
        #expect(bench.desk.find(.job(job.id))?.status.phase == .processing(progress: 60))
    }

    @Test("tells how old a live state is, and that an old one is stale")
    func age() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let job = try await accepted(bench)
        bench.desk.put(job)
        bench.clock.advance(by: .seconds(3))
        let fresh = try #require(bench.desk.find(.job(job.id)))
        #expect(fresh.age == .seconds(3) && fresh.cache == .hit)
        bench.clock.advance(by: .seconds(28))
        #expect(bench.desk.find(.job(job.id))?.cache == .stale)
    }

    @Test("finds a job by either name, from the store when memory has lost it")
    func names() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let job = try await accepted(bench)
        let requestID = try #require(job.requestID)
        #expect(bench.desk.find(.request(requestID)) == nil)
        #expect(try await bench.desk.load(.request(requestID))?.cache == .miss)
        #expect(bench.desk.find(.request(requestID))?.cache == .hit)
    }

    @Test("forgets the oldest ended jobs, and never an open one")
    func bounded() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let owner = try await bench.books.owner()
        let open = try await accepted(bench)
        bench.desk.put(open)
        var ended: [JobID] = []
        for _ in 0..<9 {
            let job = try await bench.books.place(for: owner)
            bench.desk.put(try await bench.books.settle(job, cost: .cents(26)))
            ended.append(job)
        }
        #expect(
            ended.map { bench.desk.find(.job($0)) != nil } == Array(repeating: false, count: 6) + [true, true, true])
        #expect(bench.desk.find(.job(open.id)) != nil)
    }

    @Test(
        "wakes who waits when the state changes, when time is up, and when the gateway stops", arguments: Wake.allCases)
    func waiting(_ wake: Wake) async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let job = try await accepted(bench)
        bench.desk.put(job)
        let version = try #require(bench.desk.find(.job(job.id))).version
        async let waited: Void = bench.desk.waitForChange(
            of: job.id, from: version, upTo: .seconds(20), on: bench.clock)
        await bench.clock.sleepers(1)
        switch wake {
        case .change: bench.desk.confirm(job.id, StatusReply(requestID: "r", status: .processing))
        case .time: bench.clock.advance(by: .seconds(20))
        case .stop: bench.desk.stopWaiting()
        }
        await waited
        #expect(bench.desk.find(.job(job.id))?.version == (wake == .change ? version + 1 : version))
    }

    enum Wake: CaseIterable { case change, time, stop }

    @Test("does not make anybody wait for a change that has happened already")
    func changedAlready() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let job = try await accepted(bench)
        bench.desk.put(job)
        let version = try #require(bench.desk.find(.job(job.id))).version
        bench.desk.confirm(job.id, StatusReply(requestID: "r", status: .processing))
        await bench.desk.waitForChange(of: job.id, from: version, upTo: .seconds(20), on: bench.clock)
    }

    private func accepted(_ bench: FlowBench) async throws -> Job {
        try await bench.books.accept(try await bench.books.place(for: try await bench.books.owner()))
    }
}
