import GatewayCore
import GatewayTesting
import Testing

@Suite("A limit that several processes share") struct WindowShareTests {
    @Test(
        "never admits more than its limit in any 60 seconds, wherever its places wander, and in the end all of it",
        arguments: [1, 3, 10, 60], SeededRandom.seeds(100))
    func holds(limit: Int, seed: UInt64) {
        var run = SharedRun(limit: limit, processes: 3, seed: seed)
        for _ in 0..<400 { run.step() }
        #expect(run.fault == nil, "limit \(limit), seed \(seed)")
        run.letRest()
        #expect(run.admitAll() == limit, "limit \(limit), seed \(seed): places were lost")
    }

    @Test("that is not shared is here as a whole") func alone() {
        var share = WindowShare(isShared: false)
        let now = Uptime(microseconds: 0)
        #expect(share.reading(limit: 10, at: now).remaining == 10)
        #expect(!share.isShort(of: 10))
        #expect(share.surrender(3, at: now).isEmpty)
    }

    @Test("without the store is divided, and what is here counts when that is more") func withoutStore() {
        var share = WindowShare(isShared: true)
        let now = Uptime(microseconds: 0)
        #expect(share.reading(limit: 10, at: now).isExhausted)
        #expect(share.reading(limit: 10, atLeast: 3, at: now).remaining == 3)
        share.receive(Array(repeating: .zero, count: 5), at: now)
        #expect(share.reading(limit: 10, atLeast: 3, at: now).remaining == 5)
        #expect(share.shown(limit: 10, at: now).remaining == 10)
    }

    @Test("gives the most rested places away first") func surrenders() {
        var share = WindowShare(isShared: true)
        let start = Uptime(microseconds: 0)
        share.receive(Array(repeating: .zero, count: 3), at: start)
        share.count(at: start)
        let later = start.adding(.seconds(20))
        share.count(at: later)
        #expect(share.surrender(2, at: later) == [.zero, .seconds(41)])
        #expect(share.places == 1)
        #expect(share.surrender(5, at: later) == [.seconds(60)])
    }

    @Test("is not idle when places have just come: whoever they came for has yet to use them") func claimed() {
        var share = WindowShare(isShared: true)
        let start = Uptime(microseconds: 0)
        share.receive([.zero], at: start)
        let atOnce = share.isRested(at: start)
        #expect(!atOnce)
        let later = share.isRested(at: start.adding(.seconds(5)))
        #expect(later)
    }

    @Test("that is lowered and raised again admits no more for it") func flapping() {
        var pool = RatePool(places: 10, version: 1)
        let start = Timestamp.testStart
        let first = pool.lend(100, processes: 1, at: start)
        #expect(first.count == 5)
        pool.take(back: Array(repeating: .seconds(60), count: 5), lent: 0, at: start)
        pool.resize(to: 5, version: 2, lent: 0, at: start.adding(.seconds(1)))
        pool.resize(to: 10, version: 3, lent: 0, at: start.adding(.seconds(2)))
        let rests = (0..<10).flatMap { _ in pool.lend(100, processes: 1, at: start.adding(.seconds(2))) }
        #expect(rests.count == 10)
        // Five were used and rest; of the five others nobody knows any more that they were not.
        #expect(rests.allSatisfy { $0 >= .seconds(58) })
        pool.resize(to: 20, version: 2, lent: 10, at: start)
        #expect(pool.places == 10, "older knowledge changes nothing")
    }
}

/// Processes that use, give and take the places of one limit at random, and die, under one clock.
private struct SharedRun {
    let limit: Int
    var shares: [WindowShare]
    var pool: RatePool
    var random: SeededRandom
    var elapsed: Duration = .zero
    var admitted: [Duration] = []
    var fault: String?

    init(limit: Int, processes: Int, seed: UInt64) {
        self.limit = limit
        shares = Array(repeating: WindowShare(isShared: true), count: processes)
        pool = RatePool(places: limit, version: 1)
        random = SeededRandom(seed: seed)
    }

    private var uptime: Uptime { Uptime(microseconds: 5_300_000).adding(elapsed) }
    private var date: Timestamp { Timestamp.testStart.adding(elapsed) }
    private var lent: Int { shares.compactMap(\.places).reduce(0, +) }

    mutating func step() {
        elapsed += .milliseconds(Int.random(in: 0...3_000, using: &random))
        let index = Int.random(in: shares.indices, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6: admit(index)
        case 6, 7: fetch(index)
        case 8: giveBack(index, Int.random(in: 1...3, using: &random))
        default: if random.chance(20) { die(index) }
        }
    }

    private mutating func admit(_ index: Int) {
        if shares[index].reading(limit: limit, at: uptime).isExhausted { fetch(index) }
        guard !shares[index].reading(limit: limit, at: uptime).isExhausted else { return }
        shares[index].count(at: uptime)
        admitted.append(elapsed)
        let recent = admitted.filter { elapsed - $0 < .seconds(60) }.count
        if recent > limit { fault = "\(recent) within 60 s at \(elapsed)" }
    }

    private mutating func fetch(_ index: Int) {
        let rests = pool.lend(limit, processes: shares.count, at: date)
        shares[index].receive(rests, at: uptime)
        if lent + pool.free.count != limit { fault = "\(lent) lent and \(pool.free.count) free of \(limit)" }
    }

    private mutating func giveBack(_ index: Int, _ count: Int) {
        let rests = shares[index].surrender(count, at: uptime)
        pool.take(back: rests, lent: lent, at: date)
    }

    /// Its places come back as if all had been used now.
    private mutating func die(_ index: Int) {
        let places = shares[index].places ?? 0
        shares[index] = WindowShare(isShared: true)
        pool.take(back: Array(repeating: RatePool.rest, count: places), lent: lent, at: date)
    }

    mutating func letRest() { elapsed += .seconds(61) }

    /// All at one process.
    mutating func admitAll() -> Int {
        for index in shares.indices.dropFirst() { giveBack(index, .max) }
        let before = admitted.count
        for _ in 0..<(2 * limit) { admit(0) }
        return admitted.count - before
    }
}
