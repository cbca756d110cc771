import GatewayAcceptance
import GatewayApp
import NIOHTTP1
import Testing
import VinciAPI

@Suite("A key") struct CircuitTests {
    private static let broken = Behaviour(steps: [.close])

    @Test("of three lost outcomes in a row rests for 30 s, tries one, and works again when that one does")
    func onlyKey() async throws {
        let clock = JumpingClock()
        try await withGateway(clock: clock, keys: 1) { gateway, upstream in
            let house = try await gateway.administration.household("studio")
            for number in 1...3 { #expect(try await house.app.order("lost \(number)").status == 504) }
            try await expectClosed(gateway, house, upstream, posts: 3)

            clock.jump(by: .seconds(31))
            // One more lost outcome closes it again.
            #expect(try await house.app.order("lost again").status == 504)
            try await expectClosed(gateway, house, upstream, posts: 4)

            clock.jump(by: .seconds(31))
            upstream.behave(Behaviour(steps: [.take]))
            #expect(try await house.app.order("taken").status == 200)
            upstream.behave(Self.broken)
            // The count begins anew.
            for number in 1...3 { #expect(try await house.app.order("lost anew \(number)").status == 504) }
            try await expectClosed(gateway, house, upstream, posts: 8)
            #expect(try await gateway.administration.ledgerIsSound())
        }
    }

    @Test("that rests leaves all orders to the other one") func twoKeys() async throws {
        try await withGateway(clock: JumpingClock(), keys: 2) { gateway, upstream in
            let office = gateway.administration
            let house = try await office.household("studio")
            var lost = 0
            while try await states(gateway).filter({ $0 == "broken" }).isEmpty {
                lost += 1
                try #require(lost <= 5)
                #expect(try await house.app.order("lost \(lost)").status == 504)
            }
            #expect(lost >= 3)
            upstream.behave(Behaviour(steps: [.take]))
            let rests = try await key(gateway, in: "broken"), works = try await key(gateway, in: "ready")
            #expect(rests != works)
            for number in 1...5 {
                let job = try await house.app.ordered("taken \(number)").job
                #expect(try await office.job(job)["upstream_key"]?.string == works)
            }
            #expect(try await office.ledgerIsSound())
        }
    }

    private func expectClosed(
        _ gateway: LiveGateway, _ house: Household, _ upstream: RawUpstream, posts: Int
    ) async throws {
        let held = try await gateway.administration.budget("studio")["held_usd"]
        let refused = try await house.app.order("refused after \(posts)")
        #expect(refused.status == 503 && refused.code == "upstream_unavailable", "\(refused.wire)")
        let pause = refused.header("Retry-After").flatMap { Int($0) } ?? 0
        #expect((1...30).contains(pause))
        #expect(upstream.posts.count == posts)
        #expect(try await gateway.administration.budget("studio")["held_usd"] == held)
        #expect(try await states(gateway) == ["broken"])
    }

    private func states(_ gateway: LiveGateway) async throws -> [String] {
        try await keys(gateway).compactMap { $0["state"]?.string }
    }

    private func key(_ gateway: LiveGateway, in state: String) async throws -> String? {
        try await keys(gateway).first { $0["state"]?.string == state }?["id"]?.string
    }

    private func keys(_ gateway: LiveGateway) async throws -> [JSONValue] {
        let reply = try await gateway.administration.demand(200, .GET, "/admin/v1/upstream")
        return try #require(reply["keys"]?.list)
    }

    private func withGateway(
        clock: JumpingClock, keys: Int, _ body: (LiveGateway, RawUpstream) async throws -> Void
    ) async throws {
        try await RawUpstream.run(Self.broken) { upstream in
            try await Engine.sqlite.withStore { store in
                try await LiveGateway.run(
                    on: store, upstream: "http://127.0.0.1:\(upstream.port)/api", clock: clock,
                    configure: { $0.upstream.keys = (0..<keys).map { LiveGateway.key($0) } },
                    { try await body($0, upstream) })
            }
        }
    }
}
