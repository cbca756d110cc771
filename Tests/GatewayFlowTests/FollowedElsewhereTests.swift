import CoreMetrics
import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Testing
import VinciAPI

@Suite("A job that another process follows") struct FollowedElsewhereTests {
    @Test("is seen here as the store has it, at most the configured age late") func seen() async throws {
        let bench = try await FlowBench(ScriptedUpstream(), isShared: true)
        let job = try await bench.acceptedElsewhere()
        let read = bench.readStatus
        let viewer = try await bench.viewer(of: job)
        #expect(try await read(viewer, job.id.text, wait: nil, from: .none).status.phase == .pending)

        let live = LiveState(stage: .processing, progress: 40, seenAt: bench.clock.date)
        #expect(try await bench.books.store.note(live, of: job.id, fence: .sample))
        #expect(try await read(viewer, job.id.text, wait: nil, from: .none).status.phase == .pending)
        bench.clock.advance(by: .seconds(2))
        let answer = try await read(viewer, job.id.text, wait: nil, from: .none)
        #expect(answer.status.phase == .processing(progress: 40))
        #expect(answer.age == .seconds(2))

        try await bench.books.apply(.completion(of: job.id, cost: .cents(26)), at: bench.clock.date)
        bench.clock.advance(by: .seconds(2))
        #expect(try await read(viewer, job.id.text, wait: nil, from: .none).status.isEnded)
    }

    @Test("wakes whoever waits for its end") func waits() async throws {
        let bench = try await FlowBench(ScriptedUpstream(), isShared: true)
        let job = try await bench.acceptedElsewhere()
        let read = bench.readStatus
        let viewer = try await bench.viewer(of: job)
        async let waiting = read(viewer, job.id.text, wait: .seconds(30), from: .none)
        await bench.clock.sleepers(1)
        try await bench.books.apply(.completion(of: job.id, cost: .cents(26)), at: bench.clock.date)
        // The store is looked at again once what is here is two seconds old.
        for _ in 0..<2 {
            await bench.clock.sleepers(1)
            bench.clock.advance(by: .seconds(1))
        }
        #expect(try await waiting.status.isEnded)
    }

    @Test("asks the store once, however many look") func once() async throws {
        let recorder = RecordingDatabase(try SQLiteDatabase.inMemory())
        let bench = try await FlowBench(ScriptedUpstream(), database: recorder, isShared: true)
        let job = try await bench.acceptedElsewhere()
        let read = bench.readStatus
        let viewer = try await bench.viewer(of: job)
        _ = recorder.takeStatements()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask { _ = try? await read(viewer, job.id.text, wait: nil, from: .none) }
            }
        }
        #expect(recorder.takeStatements().count { $0.sql.contains("FROM job, hold") } < 20)
    }

    @Test("and was followed here before is not settled here any more") func fenced() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: { _, _ in .taken(as: "req_1") },
                status: { id, _ in .reply(StatusReply(requestID: id, status: .processing, progress: 5)) }),
            isShared: true)
        _ = try await bench.watch()
        let id = try #require(try await bench.order(try await bench.token()).job)
        #expect(bench.tracker.follows(id))
        try await bench.books.store.leave(.next)
        _ = try await bench.books.recover(by: .sample)
        let tracking = Task { try await bench.tracker.run() }
        while bench.tracker.follows(id) {
            if let pause = bench.clock.untilNextWake { bench.clock.advance(by: pause) }
            await Task.yield()
        }
        tracking.cancel()
        #expect(try await bench.books.store.job(.job(id))?.live == nil)
    }
}

extension FlowBench {
    fileprivate func acceptedElsewhere() async throws -> Job {
        let owner = try await books.owner()
        let job = try await books.job(in: .accepted, for: owner)
        return try #require(try await books.store.job(.job(job)))
    }

    fileprivate func viewer(of job: Job) async throws -> Paced {
        try await checks.pass(head(try await token(of: job.owner.team.text)), for: .readStatus)
    }

    fileprivate var readStatus: ReadStatus {
        ReadStatus(
            maxAge: .seconds(2), store: books.store, desk: desk, tracker: tracker, tally: tally,
            metrics: GatewayMetrics(factory: NOOPMetricsHandler.instance), clock: clock.wall, sleeper: clock)
    }
}
