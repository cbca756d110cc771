import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Testing
import VinciAPI

@Suite("A reply that comes after an order was given up") struct LateReplyTests {
    @Test("shows that the order was taken: it is followed, and its client's answer stays as it was")
    func accepted() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in .lost }, late: { _, _ in .taken(as: "req_late") }))
        let token = try await bench.token()
        let end = try await bench.order(token, key: "k1")
        let id = try #require(end.job)
        #expect(end.refusal == .outcomeUnknown(id))
        let job = try await bench.job(id, reaches: .accepted)
        #expect(job.requestID?.text == "req_late")
        #expect(job.process == bench.lease.current)
        #expect(try await bench.order(token, key: "k1").refusal == .outcomeUnknown(id))
        #expect(bench.upstream.submits.count == 1)
        let record = try await bench.books.store.audit(after: 0, action: .orderAccepted, limit: 10).map(\.record)
        #expect(record.map(\.actor) == [.gateway("late reply")])
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test("shows that it was not: its money comes back") func refused() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .lost }, late: { _, _ in .notCreated(.rejected(status: 400, detail: "no")) }))
        let id = try #require(try await bench.order(try await bench.token()).job)
        _ = try await bench.job(id, reaches: .refused)
        #expect(try await bench.books.store.spend(of: .organization) == .none)
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test("changes nothing when an operator was faster") func afterTheOperator() async throws {
        let (wait, go) = AsyncStream.makeStream(of: Void.self)
        let (told, tell) = AsyncStream.makeStream(of: Void.self)
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .lost },
                late: { _, _ in
                    for await _ in wait { break }
                    tell.yield()
                    return .taken(as: "req_late")
                }))
        let id = try #require(try await bench.order(try await bench.token()).job)
        try await bench.books.apply(.plain(.writtenOff, of: id), at: bench.clock.date)
        go.yield()
        for await _ in told { break }
        await bench.running.drain()
        #expect(try await bench.books.store.job(.job(id))?.state == .writtenOff)
        #expect(try await bench.books.store.verifyLedger().isSound)
    }
}

@Suite("A client of an order") struct AnswerTimeTests {
    @Test("is answered in time however long Vinci and the store take, and the order goes on to its end")
    func inTime() async throws {
        let (wait, go) = AsyncStream.makeStream(of: Void.self)
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in
                for await _ in wait { break }
                return .taken(as: "req_1")
            }))
        let token = try await bench.token()
        async let order = bench.order(token)
        while bench.upstream.submits.isEmpty { await Task.yield() }
        await bench.clock.sleepers(1)
        bench.clock.advance(by: .seconds(34))
        let end = try await order
        let id = try #require(end.job)
        #expect(end.refusal == .outcomeUnknown(id))
        #expect(try await bench.job(end)?.state == .dispatching)
        go.yield()
        _ = try await bench.job(id, reaches: .accepted)
    }

    @Test("leaves Vinci less time when the order had to wait for a free place") func lessPatience() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }), requestsPerMinute: 1)
        let token = try await bench.token()
        _ = try await bench.order(token)
        bench.clock.advance(by: .seconds(57))
        async let second = bench.order(token, prompt: "another")
        await bench.clock.sleepers(2)
        bench.clock.advance(by: .seconds(4))
        #expect(try await second.refusal == nil)
        #expect(bench.upstream.patience == [.seconds(32), .seconds(28)])
    }
}
