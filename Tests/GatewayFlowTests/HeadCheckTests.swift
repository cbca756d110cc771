import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Testing

@Suite("The head checks") struct HeadCheckTests {
    @Test("refuse an absent, malformed, unknown, expired and revoked token alike")
    func tokens() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let expiring = try await bench.token(expiresAt: Timestamp.testStart.adding(.seconds(60)))
        let revoked = try await bench.token()
        let actor = Actor.token(revoked.token.keyID)
        try await bench.tokens.revoke(revoked.token.keyID, of: nil, by: actor, from: .none)
        bench.clock.advance(by: .seconds(60))
        var random = SystemRandomNumberGenerator()
        let unknown = TokenText(.local, using: &random).secret.reveal()
        let presented = [nil, "", "sk-vgw-short", unknown, expiring.text.reveal(), revoked.text.reveal()]
        for bearer in presented {
            let head = RequestHead(bearer: bearer, origin: .none, source: .none)
            #expect(await refusal(of: head, bench) == .invalidToken)
        }
    }

    @Test("refuse in their order: who, whether, how often")
    func order() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let page = try #require(Origin("https://app.example"))
        let token = try await bench.token(scopes: [.statusRead], requestsPerMinute: 1)
        #expect(await refusal(of: bench.head(nil, origin: .some(page)), bench) == .invalidToken)
        #expect(
            await refusal(of: bench.head(token, origin: .some(page)), bench) == .scopeMissing(oneOf: [.generateText]))
        let other = try await bench.token(requestsPerMinute: 1)
        #expect(await refusal(of: bench.head(other, origin: .some(page)), bench) == .originNotAllowed)
        #expect(await refusal(of: bench.head(other), bench) == nil)
        guard case .rateLimited = await refusal(of: bench.head(other), bench) else {
            Issue.record("the second request in a minute was not refused")
            return
        }
    }

    @Test("count orders and reads apart, and a refused request not at all")
    func pace() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let token = try await bench.token(requestsPerMinute: 1, readsPerMinute: 2)
        #expect(try await bench.checks.pass(bench.head(token), for: .orderText).reading?.remaining == 0)
        #expect(try await bench.checks.pass(bench.head(token), for: .readStatus).reading?.remaining == 1)
        for _ in 0..<5 { #expect(await refusal(of: bench.head(token), bench) != nil) }
        bench.clock.advance(by: .seconds(61))
        #expect(await refusal(of: bench.head(token), bench) == nil)
    }

    @Test("hold all tokens of a team to the team's limit")
    func teamLimit() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let tokens = [try await bench.token(), try await bench.token()]
        _ = try await bench.books.store.changeTeam(
            tokens[0].token.team, by: StoreFixture.actor, from: .none, at: .testStart
        ) { $0.requestsPerMinute = 3 }
        try await bench.directory.refresh()
        var refusals: [Refusal?] = []
        for number in 0..<6 { refusals.append(await refusal(of: bench.head(tokens[number % 2]), bench)) }
        #expect(refusals.filter { $0 == nil }.count == 3)
    }

    @Test("let a suspended team read, but not order")
    func suspended() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        let token = try await bench.token()
        _ = try await bench.books.store.changeTeam(
            token.token.team, by: StoreFixture.actor, from: .none, at: .testStart
        ) { $0.state = .suspended }
        try await bench.directory.refresh()
        #expect(await refusal(of: bench.head(token), bench) == .teamSuspended)
        _ = try await bench.checks.pass(bench.head(token), for: .readStatus)
    }

    @Test("write refused authentications down once per address and ten seconds")
    func tally() async throws {
        let bench = try await FlowBench(ScriptedUpstream())
        for address in ["192.0.2.1", "192.0.2.1", "192.0.2.2"] {
            let source = CallSource(clientAddress: address, origin: nil, requestID: nil)
            _ = await refusal(of: RequestHead(bearer: "x", origin: .none, source: source), bench)
        }
        #expect(bench.tally.drain(isFinal: false).isEmpty)
        bench.clock.advance(by: .seconds(10))
        let records = bench.tally.drain(isFinal: false)
        #expect(Set(records.map(\.detail)) == ["2 in 10 s", "1 in 10 s"])
    }

    private func refusal(of head: RequestHead, _ bench: FlowBench) async -> Refusal? {
        do throws(HeadRefusal) {
            _ = try await bench.checks.pass(head, for: .orderText)
            return nil
        } catch {
            return error.refusal
        }
    }
}
