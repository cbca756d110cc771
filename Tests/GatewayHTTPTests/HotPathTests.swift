import GatewayTesting
import Testing

/// A poll is answered on the event loop or by the routes: nobody can tell which.
@Suite("The hot path") struct HotPathTests {
    @Test("answers byte for byte what the routes answer, also when the same bytes come again")
    func sameBytes() async throws {
        let world = try await HotWorld()
        let routed = try await world.answers(to: world.requests, isHot: false)
        let hot = try await world.answers(to: world.requests, isHot: true)
        for (index, request) in world.requests.enumerated() {
            #expect(hot[index] == routed[index], "\(request.name)")
            #expect(routed[index].contains(" \(request.status) "), "\(request.name): \(routed[index])")
        }
    }

    @Test("leaves to the routes only what is not in memory")
    func spared() async throws {
        let world = try await HotWorld()
        let poll = try #require(world.requests.first { $0.name == "a live job" })
        _ = try await world.answers(to: [poll, poll], isHot: true)
        #expect(world.routeCallCount == 1)
    }

    @Test("answers any number of polls that wait behind another call, one after the other")
    func crowded() async throws {
        // Answered from within each other they would need 9 KB of the stack each.
        #expect(try await HotWorld().crowded(polls: 2_000, calls: 4) == 4 * 2_001 + 2)
    }

    @Test("never lets an answer overtake the one before it on its connection")
    func pipelined() async throws {
        let world = try await HotWorld()
        let seeds = SeededRandom.seeds(1_000)
        let rounds = seeds.map { seed in
            var random = SeededRandom(seed: seed)
            let kinds = (0..<6).map { _ in HotWorld.Kind.allCases.randomElement(using: &random) ?? .poll }
            return (kinds: kinds, cuts: (0..<2).map { _ in Double.random(in: 0...1, using: &random) })
        }
        let answers = try await world.pipelined(rounds)
        for (index, round) in rounds.enumerated() {
            #expect(answers[index] == round.kinds.map(\.mark), "seed \(seeds[index])")
        }
    }
}
