import GatewayAcceptance
import GatewayTesting
import Testing

@Suite("Orders that are sent many times under one key") struct RepetitionTests {
    @Test(
        "reach Vinci at most once and have one answer, whatever gets lost on the way and whichever gateway crashes",
        arguments: Engine.allCases)
    func atMostOnce(engine: Engine) async throws {
        let began = ContinuousClock.now
        let seeds = SeededRandom.seeds(2), turns = Turns(atOnce: 3)
        let played = try await simultaneously(seeds.count) { number in
            try await turns.take { try await play(seeds[number], on: engine) }
        }
        let figures = played.reduce(into: RepetitionFigures()) { $0.add($1) }
        print("idempotency campaign on \(engine.rawValue): \(figures.line), in \(began.duration(to: .now))")
        #expect(figures.posts > figures.keys / 2, "most orders never left: nothing was tested")
    }

    private func play(_ seed: UInt64, on engine: Engine) async throws -> RepetitionFigures {
        try await RawUpstream.run(Fate.upstream) { upstream in
            try await Fleet.run(
                of: engine == .sqlite ? 1 : 2, on: engine, launch: KillableGateway.launching(upstream: upstream.port),
                { fleet in
                    var run = RepetitionRun(seed: seed, fleet: fleet, upstream: upstream)
                    try await run.play()
                    return run.figures
                })
        }
    }
}
