import CoreMetrics
import Foundation
import GatewayCore
import GatewayFlow
import GatewayTesting
import VinciAPI

/// One follower of a job, who notes each step.
struct Follower {
    /// What was told, and nothing more once the stream has ended.
    let steps: AsyncStream<EventStream.Step>
    let signal = StreamSignal()

    /// - pausing: what the follower does before it takes the next step.
    init(_ stream: EventStream, pausing: @escaping @Sendable () async -> Void = {}) {
        let (steps, step) = AsyncStream.makeStream(of: EventStream.Step.self)
        self.steps = steps
        Task { [signal] in
            let note: @Sendable (EventStream.Step) -> String = {
                step.yield($0)
                return $0.text
            }
            try? await stream.run(signal, render: note) { _ in await pausing() }
            step.finish()
        }
    }

    /// Everything until the stream ends.
    var all: [EventStream.Step] {
        get async { await steps.reduce(into: []) { $0.append($1) } }
    }
}

extension EventStream.Step {
    /// `status pending`, `status 40`, `status+end completed`, `heartbeat`.
    var text: String {
        guard case .news(let events, let answer, _) = self else { return "heartbeat" }
        let kinds = events.map(\.kind.rawValue).joined(separator: "+")
        switch answer.status.phase {
        case .pending: return "\(kinds) pending"
        case .processing(let progress): return "\(kinds) \(progress.map { "\($0)" } ?? "processing")"
        case .completed: return "\(kinds) completed"
        case .failed: return "\(kinds) failed"
        }
    }

    var lastID: String? {
        guard case .news(let events, _, _) = self else { return nil }
        return events.last?.id
    }
}

/// A job with those who follow it.
struct FollowBench {
    let bench: FlowBench
    let heartbeats: Heartbeats
    let readStatus: ReadStatus
    let follow: FollowJob
    let job: Job
    let token: IssuedToken

    init(isShared: Bool = false) async throws {
        bench = try await FlowBench(ScriptedUpstream(), isShared: isShared)
        let metrics = GatewayMetrics(factory: NOOPMetricsHandler.instance)
        heartbeats = Heartbeats(metrics: metrics, sleeper: bench.clock)
        readStatus = ReadStatus(
            maxAge: .seconds(2), store: bench.books.store, desk: bench.desk, tracker: bench.tracker,
            tally: bench.tally, metrics: metrics, clock: bench.clock.wall, sleeper: bench.clock)
        follow = FollowJob(
            readStatus: readStatus, desk: bench.desk, heartbeats: heartbeats, checks: bench.checks,
            tracker: bench.tracker, tally: bench.tally)
        token = try await bench.token()
        let owner = JobOwner(team: token.token.team, token: token.token.keyID)
        job = try await bench.books.accept(try await bench.books.place(for: owner))
        if !isShared { bench.desk.put(job) }
    }

    func stream(after lastID: String? = nil, by head: RequestHead? = nil) async throws -> EventStream {
        let head = head ?? bench.head(token)
        return try await follow(
            try await bench.checks.pass(head, for: .readEvents), job.id.text, after: lastID, by: head)
    }

    func progress(_ percent: Int) {
        bench.desk.confirm(
            job.id, StatusReply(requestID: "r", status: .processing, progress: .init(percent)))
    }

    func complete() async throws {
        bench.desk.put(try await bench.books.apply(.completion(of: job.id, cost: .cents(26)), at: bench.clock.date))
    }

    /// Lets so many seconds pass, each of which the heartbeats get to see.
    func pass(seconds: Int) async throws {
        let beating = Task { try await heartbeats.run() }
        for _ in 0..<seconds {
            await bench.clock.sleepers(1)
            bench.clock.advance(by: .seconds(1))
        }
        await bench.clock.sleepers(1)
        beating.cancel()
        try await beating.value
    }
}
