import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("A job") struct JobTests {
    @Test("is pending, then makes progress, then has a video, a length and a cost")
    func completes() async throws {
        let clock = SteppedTime()
        try await withSimulator(clock: clock) { caller async throws in
            let id = try await caller.ordered(seconds: 6)
            let pending = try await caller.status(id)
            #expect(
                pending.json
                    == .object([
                        "request_id": .string(id), "status": .string("pending"),
                        "estimated_cost_usd": .number(decimal("0.3")),
                    ]))
            clock.advance(by: .seconds(6))
            let processing = try await caller.status(id)
            #expect(processing["status"]?.string == "processing")
            #expect(processing["progress"]?.decimal == 50)
            #expect(processing["estimated_cost_usd"]?.decimal == decimal("0.3"))
            clock.advance(by: .seconds(4))
            #expect(
                try await caller.status(id).json
                    == .object([
                        "request_id": .string(id), "status": .string("completed"),
                        "video_url": .string("\(caller.origin)/videos/\(id).mp4"),
                        "duration_seconds": .number(6), "cost_usd": .number(decimal("0.3")),
                    ]))
        }
    }

    @Test("that runs over, as in Vinci's documentation, costs what it took: 5.2 s are $0.26")
    func overtime() async throws {
        let clock = SteppedTime()
        try await withSimulator(.forTests(billedLength: .longer(milliseconds: 200)), clock: clock) {
            caller async throws in
            let id = try await caller.ordered(seconds: 5)
            clock.advance(by: .seconds(10))
            let answer = try await caller.status(id)
            #expect(answer.text.contains(#""cost_usd":0.26,"duration_seconds":5.2"#), "\(answer.text)")
        }
    }

    @Test("only ever moves forward, and its progress with it", arguments: [0, 1, 999, 10_000, 25_000] as [Int64])
    func movesForward(takesMilliseconds: Int64) {
        let order = VideoOrder(kind: .text, prompt: "x", seconds: 1)
        let start = Moment(unixSeconds: 1_000)
        let job = Job(
            number: 0, requestID: "r", accountID: "a", keyID: "k", order: order, seed: 0, createdAt: start,
            takes: .milliseconds(takesMilliseconds), neverEnds: false, error: nil, length: VideoLength(seconds: 1),
            estimate: .cents(5), cost: .cents(5))
        var last = -2
        for milliseconds in stride(from: 0, through: 30_000, by: 37) {
            let rank =
                switch job.phase(at: start.advanced(by: .milliseconds(milliseconds))) {
                case .pending: -1
                case .processing(let progress): progress
                case .completed, .failed: 100
                }
            #expect(rank >= last)
            #expect((rank == 100) == (milliseconds >= takesMilliseconds))
            last = rank
        }
        #expect(last == 100)
    }

    @Test("of another account does not exist: 404, as for an id that never was")
    func foreign() async throws {
        var configuration = SimulatorConfiguration.forTests()
        configuration.accounts.append(AccountSeed(id: "other", keys: [KeySeed("sk-other")]))
        try await withSimulator(configuration) { caller async throws in
            let id = try await caller.ordered()
            var other = caller
            other.key = "sk-other"
            let foreign = try await other.status(id)
            #expect(foreign.status == 404)
            #expect(foreign.text == (try await caller.status("req_never")).text)
            #expect(try await caller.status("..%2f..%2fetc").status == 404)
        }
    }

    @Test("that ended first is forgotten first, and stays in the totals; open ones are kept")
    func bounded() async throws {
        let clock = SteppedTime()
        var configuration = SimulatorConfiguration.forTests()
        configuration.jobsMax = 2
        try await withSimulator(configuration, clock: clock) { caller async throws in
            let first = try await caller.ordered()
            let second = try await caller.ordered()
            #expect(try await caller.order().status == 503)
            clock.advance(by: .seconds(10))
            _ = try await caller.ordered()
            #expect(try await caller.status(first).status == 404)
            #expect(try await caller.status(second).status == 200)
            let bill = caller.simulator.bill
            #expect(bill.lines.count == 2 && bill.linesForgotten == 1 && bill.totals.jobs == 3)
            #expect(bill.totals.charged == .cents(50))
        }
    }
}
