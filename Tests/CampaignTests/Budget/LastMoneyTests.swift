import Foundation
import GatewayAcceptance
import GatewayApp
import NIOHTTP1
import Testing
import VinciAPI

@Suite("Of 64 simultaneous orders for the money of one", .serialized) struct LastMoneyTests {
    private static let orders = 64
    /// A token has so many races at a time as its orders per minute allow: one, before its turn comes again.
    private static let tokensMax = 300
    private static let price: Decimal = 25 / 100

    @Test("exactly one is taken, and 63 are told that their budget is too small", arguments: Engine.allCases)
    func oneOrder(engine: Engine) async throws {
        let rounds = Rounds.count(engine == .sqlite ? 100 : 30)
        let began = ContinuousClock.now
        var turnedAway = 0
        try await RawUpstream.run(Behaviour(steps: [.take])) { upstream in
            try await Fleet.run(
                of: engine == .sqlite ? 1 : 3, on: engine,
                launch: LiveGateway.launching(upstream: upstream.port) { configuration in
                    configuration.upstream.keys = (0..<40).map { LiveGateway.key($0) }
                    configuration.status.pollMin = .seconds(300)
                    configuration.status.pollMax = .seconds(300)
                },
                { fleet in
                    let runners = try await prepare(fleet, count: min(rounds, Self.tokensMax))
                    for round in 1...rounds {
                        turnedAway += try await race(round, fleet, runners[round % runners.count], upstream)
                    }
                    for gateway in fleet.all { #expect(try await gateway.administration.ledgerIsSound()) }
                })
        }
        // One process that has its store to itself always has an answer.
        let turnedAwayMax = engine == .sqlite ? 0 : rounds * Self.orders / 100
        #expect(turnedAway <= turnedAwayMax, "of \(rounds * Self.orders)")
        let took = began.duration(to: .now)
        print(
            "last money campaign on \(engine.rawValue): \(rounds) rounds of \(Self.orders) orders in \(took), \(turnedAway) turned away"
        )
    }

    /// - Returns: for each race one token at each gateway: a token's places per minute travel between gateways, and are not
    ///   what is raced for.
    private func prepare(_ fleet: Fleet, count: Int) async throws -> [[WebClient]] {
        let office = fleet.administration
        try await office.makeTeam("studio", #", "open_jobs_max": 1000000"#)
        var runners: [[WebClient]] = []
        for _ in 0..<count {
            var apps: [WebClient] = []
            for gateway in fleet.all {
                let token = try await office.issueToken("studio").app.token
                apps.append(gateway.administration.door.with(token: token))
            }
            runners.append(apps)
        }
        try await fleet.know(runners.last?.last?.token)
        return runners
    }

    /// - Returns: how many were told that no order can be taken now.
    private func race(
        _ round: Int, _ fleet: Fleet, _ apps: [WebClient], _ upstream: RawUpstream
    ) async throws -> Int {
        let office = fleet.administration
        let limit = Self.price * Decimal(round)
        try await office.setBudget("team/studio", "month", "\(limit)")

        let answers = try await simultaneously(Self.orders) { number in
            try await apps[number % apps.count].order("round \(round), shot \(number)")
        }

        try #require(answers.count { $0.status == 200 } == 1, "round \(round): \(Self.statuses(answers))")
        // A gateway that gets no time on a busy machine, and so cannot say that it lives, may take no orders.
        let others = answers.filter { $0.status != 200 && $0.code != "storage_unavailable" }
        try #require(
            others.allSatisfy { $0.status == 402 && $0.code == "budget_exceeded" },
            "round \(round): \(Self.statuses(answers))")
        try #require(upstream.posts.count == round)
        let budget = try await office.budget("studio")
        try #require(budget["held_usd"]?.decimal == limit)
        try #require(budget["available_usd"]?.decimal == 0)
        return answers.count - others.count - 1
    }

    private static func statuses(_ answers: [WebAnswer]) -> [String: Int] {
        answers.reduce(into: [:]) { $0["\($1.status) \($1.code ?? "")", default: 0] += 1 }
    }
}
