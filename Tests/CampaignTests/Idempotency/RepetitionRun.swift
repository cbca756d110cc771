import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing
import VinciAPI

/// One seed of the idempotency campaign: waves of orders with many clients each, and gateways that crash under them.
struct RepetitionRun {
    static let keys = 250
    /// Few enough for the connections of all fleets together: `Process` crashes with more than 1024 descriptors open.
    private static let keysPerWave = 12
    /// Few enough for what a token may order in a minute, its clients' repetitions included.
    private static let keysPerToken = 2

    let seed: UInt64
    let fleet: Fleet
    let upstream: RawUpstream
    private var random: SeededRandom
    private(set) var figures = RepetitionFigures()

    init(seed: UInt64, fleet: Fleet, upstream: RawUpstream) {
        self.seed = seed
        self.fleet = fleet
        self.upstream = upstream
        random = SeededRandom(seed: seed)
    }

    mutating func play() async throws {
        let office = fleet.administration
        try await office.makeTeam("studio")
        try await office.setBudget("team/studio", "month", "10000")
        var number = 0
        while number < Self.keys {
            let wave = try await orders(number..<min(number + Self.keysPerWave, Self.keys))
            number += wave.count
            try await play(wave)
        }
        for gateway in fleet.all { #expect(try await gateway.administration.ledgerIsSound(), "seed \(seed)") }
    }

    private mutating func orders(_ numbers: Range<Int>) async throws -> [KeyedOrder] {
        var orders: [KeyedOrder] = []
        var token: String?
        for number in numbers {
            if token == nil || orders.count.isMultiple(of: Self.keysPerToken) {
                token = try await fleet.administration.issueToken("studio").app.token
            }
            orders.append(KeyedOrder(number: number, token: token, using: &random))
        }
        try await fleet.know(token)
        return orders
    }

    /// Everybody at once, and a crash in the middle of every second wave.
    private mutating func play(_ orders: [KeyedOrder]) async throws {
        let crash = random.chance(50) ? Int.random(in: 1...orders.count, using: &random) : nil
        let place = Int.random(in: 0..<fleet.all.count, using: &random)
        let before = upstream.posts.count
        let clients = orders.flatMap { order in (0..<order.duplicates).map { _ in order } }.shuffled(using: &random)

        async let crashed: Void = replace(at: place, after: crash.map { before + $0 })
        let heard = try await simultaneously(clients.count) { [fleet, seed] number in
            let client = RepeatingClient(order: clients[number], fleet: fleet, seed: seed &* 10_007 &+ UInt64(number))
            return (clients[number].key, try await client.insist())
        }
        try await crashed
        let ends = Dictionary(grouping: heard, by: \.0).mapValues { $0.map(\.1) }
        let checkers = try await checkers()
        for order in orders { try await check(order, ends[order.key] ?? [], with: checkers) }
        figures.note(clients: clients.count, crashed: crash != nil)
    }

    private func replace(at place: Int, after posts: Int?) async throws {
        guard let posts else { return }
        // Fewer orders may come so far when their clients are done before.
        _ = try? await eventually("orders to be at Vinci", within: .seconds(3)) { upstream.posts.count >= posts }
        try await fleet.replace(at: place)
    }

    /// A key belongs to the whole team: another token at each gateway asks again, long after.
    private func checkers() async throws -> [WebClient] {
        var checkers: [WebClient] = []
        for gateway in fleet.all {
            let token = try await fleet.administration.issueToken("studio").app.token
            try await fleet.know(token)
            checkers.append(gateway.administration.door.with(token: token))
        }
        return checkers
    }

    private mutating func check(
        _ order: KeyedOrder, _ ends: [EndOfOrder], with checkers: [WebClient]
    ) async throws {
        var all = ends
        for checker in checkers {
            let answer = try await order.send(by: checker)
            guard case .end(let end) = Heard(answer) else {
                Issue.record("seed \(seed), \(order.prompt): ended before, and now \(answer.wire)")
                continue
            }
            #expect(end.isReplay, "seed \(seed), \(order.prompt): \(answer.wire)")
            all.append(end)
        }
        let different = Set(all.map(\.asFirst))
        #expect(different.count == 1, "seed \(seed), \(order.prompt): \(different)")
        #expect(all.count { !$0.isReplay } <= 1, "seed \(seed), \(order.prompt): more than one was the first")

        if order.isMisused {
            let misused = try await order.misuse(by: checkers[order.duplicates % checkers.count])
            #expect(misused.status == 422 && misused.code == "idempotency_mismatch", "\(misused.wire)")
        }
        let posts = upstream.posts.count { $0.body.firstRange(of: Array(order.prompt.utf8)) != nil }
        #expect(posts <= 1, "seed \(seed), \(order.prompt): \(posts) orders at Vinci")
        figures.note(order, posts: posts, all)
    }
}

/// Sends its order until it has been told how it ended, whatever becomes of the gateways.
private struct RepeatingClient {
    let order: KeyedOrder
    let fleet: Fleet
    let seed: UInt64

    func insist() async throws -> EndOfOrder {
        var random = SeededRandom(seed: seed)
        return try await eventually("the end of \(order.key)", within: .seconds(90)) {
            let member = fleet.member(at: Int.random(in: 0..<16, using: &random))
            let app = member.administration.door.with(token: order.token)
            guard let answer = try? await order.send(by: app) else { return nil }
            switch Heard(answer) {
            case .end(let end): return end
            case .notYet(let pause):
                try await ContinuousClock().sleep(for: pause)
                return nil
            }
        }
    }
}
