import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import SQLiteDatabase
import Testing
import VinciAPI

@Suite("A step that the store refuses for a while") struct LateRecordTests {
    @Test("is told as unknown, recorded as soon as the store is back, and then followed to its end")
    func late() async throws {
        let database = SwitchableDatabase(try SQLiteDatabase.inMemory())
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in
                database.turn(on: false)
                return .taken(as: "req_1")
            }), database: database)
        let token = try await bench.token()
        let order = Task { try await bench.order(token, key: "k") }
        let end = try await turning(bench.clock) { try await order.value }
        let job = try #require(end.job)
        #expect(end.refusal == .outcomeUnknown(job))
        #expect(try await bench.books.store.job(.job(job))?.state == .dispatching)

        database.turn(on: true)
        try await turning(bench.clock) {
            while bench.tracker.trackedCount == 0 { await Task.yield() }
        }
        let recorded = try #require(try await bench.books.store.job(.job(job)))
        #expect(recorded.state == .accepted && recorded.requestID?.text == "req_1")
        #expect(try await bench.order(token, key: "k").isReplay)
        #expect(bench.upstream.submits.count == 1)
    }

    @Test("and that Vinci's late reply overtakes leaves whoever repeats the order with its client's answer")
    func overtaken() async throws {
        let database = SwitchableDatabase(try SQLiteDatabase.inMemory())
        let (wait, go) = AsyncStream.makeStream(of: Void.self)
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in
                    database.turn(on: false)
                    return .lost
                },
                late: { _, _ in
                    for await _ in wait { break }
                    return .taken(as: "req_late")
                }), database: database)
        let token = try await bench.token()
        let order = Task { try await bench.order(token, key: "k") }
        let end = try await turning(bench.clock) { try await order.value }
        let job = try #require(end.job)
        #expect(end.refusal == .outcomeUnknown(job))

        database.turn(on: true)
        go.yield()
        _ = try await bench.job(job, reaches: .accepted)
        let repeated = try await turning(bench.clock) { try await bench.order(token, key: "k") }
        #expect(repeated.refusal == .outcomeUnknown(job) && repeated.isReplay)
        #expect(bench.upstream.submits.count == 1)
        try await turning(bench.clock) { await bench.running.drain() }
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test("that ends a job is tried again by the tracker, and its viewers see the end")
    func settlement() async throws {
        let database = SwitchableDatabase(try SQLiteDatabase.inMemory())
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .taken(as: "req_1") },
                status: { id, count in
                    database.turn(on: count > 1)
                    return .reply(
                        StatusReply(requestID: id, status: .completed, durationSeconds: 5, costUSD: Decimal(1) / 4))
                }), database: database)
        let end = try await bench.order(try await bench.token())
        let job = try #require(end.job)
        let tracking = Task { try await bench.tracker.run() }
        try await turning(bench.clock) {
            while bench.desk.find(.job(job))?.status.isEnded != true { await Task.yield() }
        }
        tracking.cancel()
        #expect(bench.upstream.polls.count == 3)
        #expect(
            try await bench.books.store.spend(of: .organization) == BudgetFigures(captured: .cents(25), held: .zero))
        let stop = Task { await bench.running.drain() }
        await stop.value
    }

    @Test("keeps a stop waiting until it is recorded")
    func stop() async throws {
        let database = SwitchableDatabase(try SQLiteDatabase.inMemory())
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in
                database.turn(on: false)
                return .lost
            }), database: database)
        let token = try await bench.token()
        let order = Task { try await bench.order(token) }
        let end = try await turning(bench.clock) { try await order.value }
        let stop = Task { await bench.running.drain() }
        while !bench.running.isDraining { await Task.yield() }
        database.turn(on: true)
        try await turning(bench.clock) { await stop.value }
        #expect(try await bench.job(end)?.state == .unknown)
    }

    /// Turns the clock for as long as `work` runs, but never as far as a client's last moment: work takes no time here.
    private func turning<Value: Sendable>(
        _ clock: ManualClock, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while !Task.isCancelled {
                    if let pause = clock.untilNextWake, pause < .seconds(11) { clock.advance(by: pause) }
                    await Task.yield()
                }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}
