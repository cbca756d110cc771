import Foundation
import Testing

@testable import VinciSimulator

@Suite("A key's rate window") struct RateWindowTests {
    @Test("never lets more than its limit through in any 60 seconds", arguments: (1...40).map(UInt64.init))
    func neverAbove(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let limit = Int.random(in: 1...20, using: &random)
        var window = RateWindow(limit: limit)
        var now = Moment(unixSeconds: 0)
        var admitted: [Moment] = []
        for _ in 0..<2_000 {
            now = now.advanced(by: .milliseconds(.random(in: 0...6_000, using: &random)))
            let inWindow = admitted.suffix(limit + 1).filter { now.since($0) < .seconds(60) }.count
            let (isAdmitted, reading) = window.admit(at: now)
            #expect(isAdmitted == (inWindow < limit), "seed \(seed)")
            if isAdmitted { admitted.append(now) }
            #expect(reading.remaining == limit - inWindow - (isAdmitted ? 1 : 0), "seed \(seed)")
            #expect(reading.resetsAt > now)
        }
    }

    @Test("tells every caller the limit, what remains and when a place frees up; and 429 when none is left")
    func headers() async throws {
        let clock = SteppedTime(startingAt: Moment(microseconds: 1_000_000_400_000))
        try await withSimulator(.forTests(requestsPerMinute: 2), clock: clock) { caller async throws in
            let first = try await caller.get("/billing/balance")
            #expect(first.header("X-RateLimit-Limit") == "2")
            #expect(first.header("X-RateLimit-Remaining") == "1")
            #expect(first.header("X-RateLimit-Reset") == "1000061")
            clock.advance(by: .seconds(20))
            #expect(try await caller.order(seconds: 11).header("X-RateLimit-Remaining") == "0")
            let refused = try await caller.order()
            #expect(refused.status == 429)
            #expect(refused.text == #"{"detail":"Rate limit exceeded. Try again in 40 seconds."}"#)
            #expect(refused.header("Retry-After") == "40")
            #expect(refused.header("X-RateLimit-Remaining") == "0")
            clock.advance(by: .milliseconds(39_999))
            #expect(try await caller.order().header("Retry-After") == "1")
            clock.advance(by: .milliseconds(1))
            #expect(try await caller.order().status == 200)
            #expect(caller.simulator.requests.keys.map(\.limited) == [2])
            #expect(caller.simulator.requests.keys.map(\.admitted) == [3])
        }
    }

    @Test("belongs to one key alone")
    func perKey() async throws {
        var configuration = SimulatorConfiguration.forTests(requestsPerMinute: 1)
        configuration.accounts[0].keys.append(KeySeed("sk-second", requestsPerMinute: 1))
        try await withSimulator(configuration) { caller async throws in
            var second = caller
            second.key = "sk-second"
            #expect(try await caller.get("/keys").status == 200)
            #expect(try await caller.get("/keys").status == 429)
            #expect(try await second.get("/keys").status == 200)
        }
    }
}
