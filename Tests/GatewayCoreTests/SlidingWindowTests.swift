import GatewayCore
import GatewayTesting
import Testing

@Suite("A rate limit") struct SlidingWindowTests {
    @Test(
        "never admits more than its limit in any 60 seconds, and after 61 idle seconds all of it",
        arguments: [1, 10, 100], SeededRandom.seeds(100))
    func holds(limit: Int, seed: UInt64) {
        // 34 runs for each pair: some 10,000 in all.
        var seeds = SeededRandom(seed: seed)
        for _ in 0..<34 {
            let runSeed = seeds.next()
            var run = WindowRun(limit: limit, seed: runSeed)
            for _ in 0..<(limit * 2 + 40) { run.step() }
            #expect(run.faults.isEmpty, "limit \(limit), seed \(seed), run \(runSeed): \(run.faults)")
            #expect(run.admitted.count >= min(limit, 10), "limit \(limit), seed \(seed), run \(runSeed)")
        }
    }

    @Test("admits its whole limit at once, then nothing for a minute", arguments: [1, 10, 100])
    func burst(limit: Int) {
        var window = SlidingWindow()
        let start = Uptime(microseconds: 7_900_000)
        for count in 0..<limit {
            let reading = window.reading(limit: limit, at: start)
            #expect(reading.remaining == limit - count)
            #expect(reading.wait == .zero)
            window.count(at: start)
        }
        let full = window.reading(limit: limit, at: start)
        #expect(full.isExhausted)
        #expect(window.reading(limit: limit, at: start.adding(.seconds(60))).isExhausted)
        // At most a second longer than a minute, and exactly as long as was told.
        #expect(full.wait > .seconds(60) && full.wait <= .seconds(61))
        #expect(window.reading(limit: limit, at: start.adding(full.wait).adding(.microseconds(-1))).isExhausted)
        #expect(window.reading(limit: limit, at: start.adding(full.wait)).remaining == limit)
    }

    @Test("tells when the whole limit is back")
    func resets() {
        var window = SlidingWindow()
        let start = Uptime(microseconds: 0)
        #expect(window.reading(limit: 3, at: start).resetsIn == .zero)
        window.count(at: start)
        window.count(at: start.adding(.seconds(30)))
        let reading = window.reading(limit: 3, at: start.adding(.seconds(30)))
        #expect(reading.remaining == 1)
        #expect(reading.resetsIn == .seconds(61))
        #expect(window.reading(limit: 3, at: start.adding(.seconds(91))).remaining == 3)
    }

    @Test("that is lowered waits until enough has left the window")
    func lowered() {
        var window = SlidingWindow()
        for second in 0..<10 { window.count(at: Uptime(microseconds: Int64(second) * 1_000_000)) }
        let now = Uptime(microseconds: 9_000_000)
        let reading = window.reading(limit: 3, at: now)
        #expect(reading.remaining == 0)
        // Eight must have gone before the third place is free again.
        #expect(reading.wait == .seconds(7 + 61 - 9))
        #expect(window.reading(limit: 3, at: now.adding(reading.wait)).remaining == 1)
    }

    @Test("gives a place back that was not used, once and only what was taken")
    func givesBack() {
        var window = SlidingWindow()
        let (first, second) = (Uptime(microseconds: 500_000), Uptime(microseconds: 3_500_000))
        window.count(at: first)
        window.count(at: second)
        window.giveBack(from: first, at: second)
        #expect(window.reading(limit: 2, at: second).remaining == 1)
        window.giveBack(from: first, at: second)
        #expect(window.reading(limit: 2, at: second).remaining == 1)
        window.giveBack(from: second, at: second.adding(.seconds(120)))
        #expect(window.reading(limit: 2, at: second.adding(.seconds(120))).remaining == 2)
    }

    @Test("does not mind a clock that begins below zero")
    func negativeUptime() {
        var window = SlidingWindow()
        let start = Uptime(microseconds: -900_000)
        window.count(at: start)
        #expect(window.reading(limit: 1, at: start.adding(.seconds(60))).isExhausted)
        #expect(window.reading(limit: 1, at: start.adding(.seconds(61))).remaining == 1)
    }
}

/// Random arrivals against a window, checked with a list of every admission.
private struct WindowRun {
    let limit: Int
    var random: SeededRandom
    var window = SlidingWindow()
    var now: Uptime
    /// The clock as far as the window has seen it: readings may arrive a little out of order.
    var latest: Uptime
    var admitted: [Uptime] = []
    var faults: [String] = []
    private let pace: Int64

    init(limit: Int, seed: UInt64) {
        self.limit = limit
        random = SeededRandom(seed: seed)
        now = Uptime(microseconds: Int64.random(in: 0...1_000_000_000_000, using: &random))
        latest = now
        _ = window.reading(limit: limit, at: now)
        // From bursts to a trickle around the limit.
        pace = 120_000_000 / Int64(limit) / Int64.random(in: 1...8, using: &random)
    }

    mutating func step() {
        advance()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<92: arrive()
        case 92..<97: giveBack()
        default: idle()
        }
    }

    private mutating func advance() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10: now = latest.adding(.microseconds(-Int64.random(in: 0...2_000_000, using: &random)))
        case 10..<13: now = latest.adding(.seconds(Int64.random(in: 1...200, using: &random)))
        case 13..<25: now = latest
        default: now = latest.adding(.microseconds(Int64.random(in: 0...pace, using: &random)))
        }
    }

    private mutating func arrive() {
        latest = max(latest, now)
        let reading = window.reading(limit: limit, at: now)
        if reading.remaining > 0 {
            window.count(at: now)
            admitted.append(latest)
            // Closed at both ends, which is stricter than any half-open minute.
            let lately = admitted.count { latest.since($0) <= .seconds(60) }
            if lately > limit { faults.append("\(lately) within a minute of \(latest)") }
        } else {
            let lately = admitted.count { latest.since($0) <= .seconds(61) }
            if lately < limit { faults.append("refused with \(lately) in 61 seconds before \(latest)") }
            if reading.wait <= .zero { faults.append("refused without a wait at \(latest)") }
        }
    }

    /// The request of the last admission was not made after all.
    private mutating func giveBack() {
        guard admitted.last == latest else { return }
        admitted.removeLast()
        window.giveBack(from: latest, at: latest)
    }

    private mutating func idle() {
        now = latest.adding(.seconds(61))
        latest = now
        let remaining = window.reading(limit: limit, at: now).remaining
        if remaining != limit { faults.append("\(remaining) of \(limit) after 61 idle seconds") }
    }
}
