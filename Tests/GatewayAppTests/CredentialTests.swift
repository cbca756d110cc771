import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI

/// A call with the scope that it needs.
private struct ScopedCall {
    let method: HTTPMethod
    let path: String
    var body: WebBody?
    let scopes: [String]

    static let all: [ScopedCall] = [
        ScopedCall(
            method: .POST, path: WebClient.textToVideo, body: .json(#"{"prompt": "a harbour"}"#),
            scopes: ["generate:text"]),
        ScopedCall(
            method: .POST, path: WebClient.imageToVideo, body: .form([("prompt", "x")], image: Picture.png),
            scopes: ["generate:image"]),
        ScopedCall(method: .GET, path: "/api/v1/status/req_nobodyhasthisone12345678", scopes: ["status:read"]),
        ScopedCall(method: .GET, path: "/api/v1/billing/balance", scopes: ["billing:read"]),
        ScopedCall(method: .GET, path: "/api/v1/billing/usage", scopes: ["billing:read"]),
        ScopedCall(method: .GET, path: "/api/v1/keys", scopes: ["keys:read"]),
        ScopedCall(method: .POST, path: "/api/v1/keys", body: .json(#"{"name": "x"}"#), scopes: ["keys:write"]),
        ScopedCall(method: .DELETE, path: "/api/v1/keys/vinci_0000000000000000", scopes: ["keys:write"]),
        ScopedCall(
            method: .POST, path: "/gateway/v1/quote", body: .json(#"{"prompt": "x"}"#),
            scopes: ["generate:text", "generate:image"]),
        ScopedCall(method: .GET, path: "/gateway/v1/jobs", scopes: ["status:read"]),
    ]
}

@Suite("A local token") struct CredentialTests {
    private static let scopes = [
        "generate:text", "generate:image", "status:read", "video:read", "billing:read", "keys:read", "keys:write",
        "webhooks:write", "tickets:write",
    ]

    private func list(_ scopes: [String]) -> String {
        "[" + scopes.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    @Test("may do exactly what its scopes say")
    func scopeMatrix() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            for call in ScopedCall.all {
                let without = Self.scopes.filter { !call.scopes.contains($0) }
                let poor = try await office.issueToken("studio", #", "scopes": \#(list(without))"#).app
                let refused = try await poor.send(call.method, call.path, call.body)
                #expect(refused.status == 403, "\(call.path): \(refused.wire)")
                #expect(refused.code == "scope_missing")
                for scope in call.scopes { #expect(refused.detail?.contains(scope) == true) }
                for scope in call.scopes {
                    let rich = try await office.issueToken("studio", #", "scopes": \#(list([scope]))"#).app
                    let answer = try await rich.send(call.method, call.path, call.body)
                    #expect(answer.status == 200 || answer.status == 404, "\(call.path): \(answer.wire)")
                }
            }
        }
    }

    @Test("that is absent, malformed, unknown, expired or revoked gets one and the same answer, at once")
    func oneKindOfUnauthorized() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let revoked = try await office.issueToken("studio")
            let expired = try await office.issueToken("studio")
            let unknown = try #require(revoked.app.token).dropLast(1) + "!"
            #expect(try await revoked.app.get("/gateway/v1/whoami").status == 200)
            _ = try await gateway.admin.send(.DELETE, "/admin/v1/tokens/\(revoked.keyID)")
            try await office.demand(
                200, .PATCH, "/admin/v1/tokens/\(expired.keyID)", #"{"expires_at": "2020-01-01T00:00:00Z"}"#)

            let tokens = [
                nil, "nonsense", String(unknown), "sk-vgw-" + String(repeating: "A", count: 38),
                RunningGateway.upstreamKey,
            ]
            let holders = tokens.map { gateway.door.with(token: $0) } + [revoked.app, expired.app]
            var answers = try await collect(holders) { try await $0.get("/gateway/v1/whoami") }
            let doubled = "Bearer \(try #require(try await office.issueToken("studio").app.token))"
            answers.append(
                try await gateway.door.get(
                    "/gateway/v1/whoami", headers: ["Authorization": doubled, "authorization": doubled]))
            for answer in answers {
                #expect(answer.status == 401)
                #expect(answer.detail == "Invalid API key")
            }
            #expect(Set(answers.map(\.wireWithoutChance)).count == 1)
            // The body of an unauthorized order is not even looked at.
            #expect(try await revoked.app.post(WebClient.textToVideo, "nonsense").status == 401)
        }
    }

    private func collect(
        _ clients: [WebClient], _ call: (WebClient) async throws -> WebAnswer
    ) async throws -> [WebAnswer] {
        var answers: [WebAnswer] = []
        for client in clients { answers.append(try await call(client)) }
        return answers
    }

    @Test("expires at its hour, without anybody doing anything")
    func expires() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let soon = Date().addingTimeInterval(2).formatted(.iso8601)
            let house = try await office.issueToken("studio", #", "expires_at": "\#(soon)""#)
            #expect(try await house.app.get("/gateway/v1/whoami").status == 200)
            try await eventually("the token to expire") { try await house.app.get("/gateway/v1/whoami").status == 401 }
        }
    }

    @Test("of a suspended team reads but orders nothing, and of an archived one does neither")
    func suspendedAndArchived() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(100))) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio")
            let ordered = try await house.app.ordered("before the storm")
            try await office.demand(200, .PATCH, "/admin/v1/teams/studio", #"{"suspended": true}"#)
            let refused = try await house.app.order("in the storm")
            #expect(refused.status == 403)
            #expect(refused.code == "team_suspended")
            #expect(try await house.app.followed(ordered.requestID)["status"]?.string == "completed")
            #expect(try await house.app.get("/api/v1/billing/balance").status == 200)

            try await office.demand(200, .PATCH, "/admin/v1/teams/studio", #"{"suspended": false}"#)
            #expect(try await house.app.order("after the storm").status == 200)
            try await office.demand(200, .DELETE, "/admin/v1/teams/studio")
            #expect(try await house.app.get("/api/v1/billing/balance").status == 401)
        }
    }

    @Test("made through /api/v1/keys never may more than the one that made it")
    func noEscalation() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let maker = try await office.issueToken(
                "studio", #", "scopes": ["generate:text", "keys:write", "keys:read"]"#
            ).app
            let greedy = try await maker.post("/api/v1/keys", #"{"name": "x", "scopes": ["billing:read"]}"#)
            #expect(greedy.status == 400)
            #expect(greedy.detail?.hasPrefix("scopes may only contain scopes of the calling token") == true)

            let made = try await maker.post("/api/v1/keys", #"{"name": "child"}"#)
            #expect(made.status == 200)
            let child = gateway.door.with(token: try #require(made["api_key"]?.string))
            let scopes = try await child.get("/gateway/v1/whoami")["scopes"]?.list?.compactMap(\.string)
            #expect(scopes == ["generate:text"])
            #expect(try await child.post("/api/v1/keys", #"{"name": "grandchild"}"#).status == 403)

            // Nor may it outlive or out-travel it.
            let bound = try await office.issueToken(
                "studio",
                #", "scopes": ["keys:write"], "expires_at": "2099-01-01T00:00:00Z", "allowed_origins": ["https://a.test"]"#
            ).app
            let later = try await bound.post(
                "/api/v1/keys", #"{"name": "x", "scopes": ["keys:write"], "expires_at": "2099-01-02T00:00:00Z"}"#)
            #expect(later.detail?.hasPrefix("expires_at must not be later") == true, "\(later.text)")
            let wider = try await bound.post(
                "/api/v1/keys", #"{"name": "x", "scopes": ["keys:write"], "allowed_origins": ["https://b.example"]}"#)
            #expect(wider.detail?.hasPrefix("allowed_origins must be some of") == true, "\(wider.text)")
        }
    }

    @Test("is revoked through /api/v1/keys at once")
    func revoke() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let maker = try await office.issueToken(
                "studio", #", "scopes": ["keys:write", "keys:read", "billing:read"]"#
            ).app
            let made = try await maker.post("/api/v1/keys", #"{"name": "child", "scopes": ["billing:read"]}"#)
            let child = gateway.door.with(token: try #require(made["api_key"]?.string))
            #expect(try await child.get("/api/v1/billing/balance").status == 200)
            let id = try #require(made["key_id"]?.string)
            let revoked = try await maker.send(.DELETE, "/api/v1/keys/\(id)")
            #expect(revoked["message"]?.string == "API key revoked successfully")
            #expect(revoked["key_id"]?.string == id)
            #expect(try await child.get("/api/v1/billing/balance").status == 401)
            let row = try await maker.get("/api/v1/keys")["api_keys"]?.list?.first { $0["key_id"]?.string == id }
            #expect(row?["is_active"]?.bool == false)
        }
    }
}
