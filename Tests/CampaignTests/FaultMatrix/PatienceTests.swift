import GatewayAcceptance
import GatewayApp
import GatewayCore
import NIOHTTP1
import Testing
import VinciAPI

@Suite("With the times that are set by default, a client") struct PatienceTests {
    @Test("whose order Vinci never answers is told within 35 s that its outcome is unknown")
    func neverAnswered() async throws {
        try await withGateway(clock: JumpingClock()) { gateway, upstream in
            let house = try await gateway.administration.household("studio")
            try await expectUnknown(house, atLeast: .seconds(29))
            #expect(upstream.posts.count == 1)
        }
    }

    @Test("whose order had to wait for a free place first is told no later") func waitedBefore() async throws {
        let clock = JumpingClock()
        try await withGateway(clock: clock, requestsPerMinute: 2) { gateway, upstream in
            let house = try await gateway.administration.household("studio")
            upstream.behave(Behaviour(steps: [.take]))
            // The gateway's own question about the account may have taken one.
            while try await freePlaces(gateway) > 0 { _ = try await house.app.ordered("takes a place") }
            let posts = upstream.posts.count
            upstream.behave(Behaviour(steps: []))
            // A place of a minute is free again after a little more than 60 s.
            clock.jump(by: .seconds(57))
            try await expectUnknown(house, atLeast: .seconds(25))
            #expect(upstream.posts.count == posts + 1)
        }
    }

    private func expectUnknown(_ house: Household, atLeast: Duration) async throws {
        let began = ContinuousClock.now
        let answer = try await house.app.order("a harbour at dawn")
        let took = began.duration(to: .now)
        #expect(answer.status == 504 && answer.code == "outcome_unknown", "\(answer.wire)")
        #expect(took >= atLeast && took <= .seconds(35))
        print("patience campaign: with the default times the client was answered after \(took)")
    }

    private func freePlaces(_ gateway: LiveGateway) async throws -> Int {
        let reply = try await gateway.administration.demand(200, .GET, "/admin/v1/upstream-keys")
        return try #require(reply["upstream_keys"]?.list?.first?["remaining"]?.wholeNumber)
    }

    private func withGateway(
        clock: JumpingClock, requestsPerMinute: Int = 100,
        _ body: (LiveGateway, RawUpstream) async throws -> Void
    ) async throws {
        try await RawUpstream.run(Behaviour(steps: [])) { upstream in
            try await Engine.sqlite.withStore { store in
                try await LiveGateway.run(
                    on: store, upstream: "http://127.0.0.1:\(upstream.port)/api", clock: clock,
                    configure: { $0.upstream.keys = [LiveGateway.key(0, requestsPerMinute: requestsPerMinute)] },
                    { gateway in
                        try await body(gateway, upstream)
                        #expect(try await gateway.administration.ledgerIsSound())
                    })
            }
        }
    }
}
