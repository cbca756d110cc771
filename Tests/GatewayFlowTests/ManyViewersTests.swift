import CoreMetrics
import Foundation
import GatewayCore
import GatewayFlow
import GatewayTesting
import Synchronization
import Testing
import VinciAPI

/// Many people look at a few jobs every five seconds, as Vinci tells its clients to; the key does not allow much.
@Suite("Many viewers of few jobs") struct ManyViewersTests {
    @Test("see the end soon, and Vinci is never asked more often than its key allows")
    func thousand() async throws {
        let outcome = try await Audience(viewers: 1_000, jobs: 10, requestsPerMinute: 60).watch()
        print("1,000 viewers of 10 jobs, 60 requests a minute: \(outcome)")
        #expect(outcome.mostInAMinute <= 60)
        #expect(outcome.delays.count == 1_000)
        #expect(outcome.delay(99) <= .seconds(12))
    }

    @Test("see it later with a key of ten requests a minute, which are never exceeded")
    func narrow() async throws {
        let outcome = try await Audience(viewers: 50, jobs: 10, requestsPerMinute: 10).watch()
        print("50 viewers of 10 jobs, 10 requests a minute: \(outcome)")
        #expect(outcome.mostInAMinute <= 10)
        #expect(outcome.delays.count == 50)
    }
}

/// Jobs that take a minute or so, ordered one after the other, and who watches them, on a clock that is turned a tenth of a
/// second at a time.
private struct Audience {
    private static let step: Duration = .milliseconds(100)
    private static let betweenOrders: Duration = .seconds(6)
    private static let pause: Duration = .seconds(5)

    private struct Viewer {
        let job: JobID
        var looksAt: Uptime
    }

    private let bench: FlowBench
    private let studio: Studio
    private let paced: Paced
    private let viewers: [Viewer]

    init(viewers count: Int, jobs: Int, requestsPerMinute: Int) async throws {
        let studio = Studio()
        let bench = try await FlowBench(
            ScriptedUpstream(status: { id, _ in studio.answer(about: id) }), requestsPerMinute: requestsPerMinute)
        studio.open(bench.clock)
        var random = SeededRandom(seed: UInt64(count))
        let token = try await bench.token()
        let owner = JobOwner(team: token.token.team, token: token.token.keyID)
        // Of the day before: how long videos of this kind take is known.
        bench.tracker.learn(
            (0..<40).map { _ in
                JobTime(shape: JobTimes.Shape(kind: .text, seconds: 5), took: Audience.length(using: &random))
            })
        var ids: [JobID] = []
        for number in 0..<jobs {
            let job = try await bench.books.job(in: .accepted, for: owner, at: bench.clock.date)
            studio.film("vinci-\(job)", for: Audience.length(using: &random))
            ids.append(job)
            if number + 1 < jobs { bench.clock.advance(by: Audience.betweenOrders) }
        }
        let start = bench.clock.uptime
        viewers = (0..<count).map { number in
            let phase = Duration.milliseconds(Int64.random(in: 0..<5_000, using: &random))
            return Viewer(job: ids[number % ids.count], looksAt: start.adding(phase))
        }
        paced = try await bench.checks.pass(bench.head(token), for: .readStatus)
        self.bench = bench
        self.studio = studio
    }

    private var isTracking: Bool {
        guard bench.tracker.trackedCount > 0 else { return false }
        return bench.clock.sleeperCount == 0 || bench.tracker.pollsUnderWay > 0
    }

    private static func length(using random: inout SeededRandom) -> Duration {
        .milliseconds(Int64.random(in: 60_000...125_000, using: &random))
    }

    func watch() async throws -> Outcome {
        try await bench.takeOver()
        let tracking = Task { try await bench.tracker.run() }
        defer { tracking.cancel() }
        let read = ReadStatus(
            maxAge: .seconds(2), store: bench.books.store, desk: bench.desk, tracker: bench.tracker, tally: bench.tally,
            metrics: GatewayMetrics(factory: NOOPMetricsHandler.instance), clock: bench.clock.wall, sleeper: bench.clock
        )
        var waiting = viewers
        var delays: [Duration] = []
        let deadline = bench.clock.uptime.adding(.minutes(20))
        while !waiting.isEmpty, bench.clock.uptime < deadline {
            bench.clock.advance(by: Audience.step)
            // Until the tracker has done all that is due, and sleeps.
            while isTracking { await Task.yield() }
            let now = bench.clock.uptime
            for index in waiting.indices.reversed() where waiting[index].looksAt <= now {
                let answer = try await read(paced, waiting[index].job.text, wait: nil, from: .none)
                waiting[index].looksAt = now.adding(Audience.pause)
                guard answer.status.isEnded else { continue }
                delays.append(now.since(studio.end(of: "vinci-\(waiting[index].job)")))
                waiting.remove(at: index)
            }
        }
        return Outcome(delays: delays.sorted(), mostInAMinute: studio.mostInAMinute)
    }
}

private struct Outcome: CustomStringConvertible {
    /// From the end of a video until one viewer saw it; shortest first.
    let delays: [Duration]
    let mostInAMinute: Int

    func delay(_ percent: Int) -> Duration { delays.isEmpty ? .zero : delays[(delays.count - 1) * percent / 100] }

    var description: String {
        let mean = delays.isEmpty ? 0 : delays.map { $0 / .seconds(1) }.reduce(0, +) / Double(delays.count)
        return "news after \(String(format: "%.1f", mean)) s on average, p50 \(delay(50)), p99 \(delay(99)); "
            + "at most \(mostInAMinute) requests in a minute"
    }
}

/// Vinci: knows when each video is ready, and remembers when it was asked.
private final class Studio: Sendable {
    private struct State {
        var clock: ManualClock?
        var ends: [String: Uptime] = [:]
        var asked: [Uptime] = []
    }

    private let state = Mutex(State())

    func open(_ clock: ManualClock) { state.withLock { $0.clock = clock } }

    func film(_ id: String, for length: Duration) {
        state.withLock { state in state.ends[id] = state.clock?.uptime.adding(length) }
    }

    func end(of id: String) -> Uptime { state.withLock { $0.ends[id] } ?? Uptime(microseconds: .max) }

    func answer(about id: String) -> QueryOutcome<StatusReply> {
        state.withLock { state in
            guard let now = state.clock?.uptime, let end = state.ends[id] else {
                return .failed(.status(404, detail: "Not found", retryAfterSeconds: nil))
            }
            state.asked.append(now)
            guard now >= end else { return .reply(StatusReply(requestID: id, status: .processing)) }
            return .reply(
                StatusReply(requestID: id, status: .completed, durationSeconds: 5, costUSD: Decimal(1) / 4))
        }
    }

    /// Requests within 60 seconds, wherever they begin.
    var mostInAMinute: Int {
        let asked = state.withLock { $0.asked }
        return asked.indices.map { first in
            asked[first...].prefix { $0.since(asked[first]) < .seconds(60) }.count
        }.max() ?? 0
    }
}
