import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Testing
import VinciAPI

@Suite("A process on a shared store") struct ProcessTests {
    @Test("sends nothing once others may have taken its place, and gives the money back")
    func losesLeaseBeforeSending() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }), isShared: true)
        let token = try await bench.token()
        let watch = try await bench.watch()
        #expect(try await bench.order(token).job != nil)

        // It stands still for longer than its word holds.
        bench.clock.advance(by: .seconds(8))
        let refused = try await bench.order(token, prompt: "another")
        #expect(refused.refusal == .storageUnavailable)
        #expect(bench.upstream.submits.count == 1)

        await watch.beat()
        #expect(try await bench.order(token, prompt: "another").refusal == nil)
        #expect(bench.upstream.submits.count == 2)
    }

    @Test("stopped between hold and send finds its order unknown, does not send it, and releases it as proven")
    func stoppedBeforeSending() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }), requestsPerMinute: 1, isShared: true)
        let token = try await bench.token()
        let watch = try await bench.watch()
        _ = try await bench.order(token)
        bench.clock.advance(by: .seconds(57))
        await watch.beat()
        // The second order waits for a free place; meanwhile its process is taken for dead and its order cancelled.
        async let second = bench.order(token, prompt: "another")
        await bench.clock.sleepers(2)
        let taken = try await bench.takenForDead()
        #expect(taken.settled.map(\.state) == [.cancelled])
        #expect(taken.followed.count == 1)
        await watch.beat()
        bench.clock.advance(by: .seconds(5))
        #expect(try await second.refusal != nil)
        #expect(bench.upstream.submits.count == 1)
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test("taken for dead goes on under another name and follows nothing of what it followed")
    func rebirth() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }), isShared: true)
        let token = try await bench.token()
        let watch = try await bench.watch()
        let before = bench.lease.current
        _ = try await bench.order(token)
        #expect(bench.tracker.trackedCount == 1)
        _ = try await bench.takenForDead()
        await watch.beat()
        #expect(bench.lease.current != before)
        #expect(bench.tracker.trackedCount == 0)
        let next = try await bench.order(token, prompt: "another")
        #expect(try await bench.job(next)?.process == bench.lease.current)
    }

    @Test("does not follow its own order when another one has taken it over before its record was confirmed")
    func takenOverWhileRecording() async throws {
        let engine = SwitchableDatabase(try SQLiteDatabase.inMemory())
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }), database: engine, isShared: true)
        let token = try await bench.token()
        let watch = try await bench.watch()
        // The first order gets its places of the shared limits, too.
        _ = try await bench.order(token)
        // The hold is written, then the acceptance, and of this nobody hears.
        engine.loseAnswer(after: 1)
        async let ordered = bench.order(token, prompt: "another")
        await bench.clock.sleepers(2)
        let taken = try await bench.takenForDead()
        #expect(taken.followed.count == 2)
        await watch.beat()
        bench.clock.advance(by: .milliseconds(20))
        let end = try await ordered
        #expect(end.refusal == nil)
        let job = try #require(try await bench.job(end))
        #expect(job.process == .sample)
        #expect(bench.tracker.trackedCount == 0)
        // Nor does memory keep what nobody here keeps fresh.
        #expect(bench.desk.find(.job(job.id)) == nil)
        bench.tracker.track(job)
        #expect(!bench.tracker.follows(job.id))
    }

    @Test("follows within a minute and a half what it took over without hearing of it")
    func takesOverUnheard() async throws {
        let engine = SwitchableDatabase(try SQLiteDatabase.inMemory())
        let bench = try await FlowBench(ScriptedUpstream(), database: engine, isShared: true)
        let watch = try await bench.watch()
        let accepted = try await bench.books.job(in: .accepted, for: try await bench.books.owner())
        // Who placed the order was never registered and so is gone.
        engine.loseAnswer(after: 1)
        await watch.beat()
        #expect(try await bench.books.store.job(.job(accepted))?.process == bench.lease.current)
        #expect(!bench.tracker.follows(accepted))
        for _ in 0..<45 {
            bench.clock.advance(by: .seconds(2))
            await watch.beat()
        }
        #expect(bench.tracker.follows(accepted))
    }

    @Test("follows within a minute and a half what an operator found, although the record's answer was lost")
    func operatorUnheard() async throws {
        let engine = SwitchableDatabase(try SQLiteDatabase.inMemory())
        let bench = try await FlowBench(ScriptedUpstream(), database: engine, isShared: true)
        let watch = try await bench.watch()
        let job = try await bench.books.job(in: .unknown, for: try await bench.books.owner())
        engine.loseAnswer()
        let finding = Transition(
            .accepted, of: job, by: StoreFixture.actor, process: bench.lease.current,
            requestID: RequestID(checked: "req_found"))
        await #expect(throws: SQLFailure.inDoubt) {
            _ = try await bench.books.store.apply(finding, at: bench.clock.date)
        }
        #expect(!bench.tracker.follows(job))
        for _ in 0..<45 {
            bench.clock.advance(by: .seconds(2))
            await watch.beat()
        }
        #expect(bench.tracker.follows(job))
    }

    @Test("takes over within 15 s what a silent one has left, and only then") func takesOver() async throws {
        let bench = try await FlowBench(ScriptedUpstream(), isShared: true)
        let watch = try await bench.watch()
        try await bench.books.store.register(.sample, alone: false, at: .testStart)
        let owner = try await bench.books.owner()
        let lost = try await bench.books.place(for: owner)
        let accepted = try await bench.books.job(in: .accepted, for: owner)
        for second in stride(from: 0, to: 10, by: 2) {
            await watch.beat()
            #expect(bench.tracker.trackedCount == 0, "after \(second) s")
            bench.clock.advance(by: .seconds(2))
        }
        await watch.beat()
        #expect(bench.tracker.trackedCount == 1)
        #expect(try await bench.books.store.job(.job(accepted))?.process == bench.lease.current)
        #expect(try await bench.books.store.job(.job(lost))?.state == .unknown)
    }
}

extension FlowBench {
    /// Another process takes this one for dead.
    /// - Returns: what it took over.
    fileprivate func takenForDead() async throws -> TakenOver {
        let beats = try await books.store.beats(except: .sample)
        #expect(try await books.store.declareDead(try #require(beats.first)))
        try await books.store.register(.sample, alone: false, at: .testStart)
        return try await books.recover(by: .sample)
    }
}
