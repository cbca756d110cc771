import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("The admin port") struct AdminRoleTests {
    /// Runs with every call that the admin port has, each of which finds what it is about.
    private func withEverything(_ body: (RunningGateway, [AdminCall]) async throws -> Void) async throws {
        var settings = RunningGateway.Settings()
        settings.faults = [FaultRule("lost", match: FaultMatch(.submitText), action: .dropAfterAccept)]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let lost = try await house.app.order("lost at sea")
            let spare = try await gateway.administration.issueToken("studio")
            let other = try await gateway.administration.demand(
                201, .POST, "/admin/v1/admin-tokens", #"{"name": "old", "role": "operator"}"#)
            let calls = AdminCall.all(
                key: spare.keyID, admin: try #require(other["id"]?.string), job: try #require(lost["job_id"]?.string))
            try await body(gateway, calls)
        }
    }

    private func client(_ role: String, _ gateway: RunningGateway) async throws -> WebClient {
        let made = try await gateway.administration.demand(
            201, .POST, "/admin/v1/admin-tokens", #"{"name": "a \#(role)", "role": "\#(role)"}"#)
        let token = try #require(made["token"]?.string)
        #expect(token.hasPrefix("adm-vgw-"))
        return gateway.admin.with(token: token)
    }

    @Test("lets each role do exactly what is its own", arguments: ["owner", "operator", "auditor"])
    func roles(role: String) async throws {
        try await withEverything { gateway, calls in
            let me = try await client(role, gateway)
            for call in calls {
                let answer = try await me.send(call.method, call.path, call.body.map(WebBody.json))
                if call.power.isGranted(to: role) {
                    #expect(answer.status == call.status, "\(role) \(call.method) \(call.path): \(answer.wire)")
                } else {
                    #expect(answer.status == 403, "\(role) \(call.method) \(call.path): \(answer.wire)")
                    #expect(answer.detail == "The role \(role) does not allow this call.")
                    // What was refused has not happened: the owner can still do it, and later calls find it done.
                    let done = try await gateway.admin.send(call.method, call.path, call.body.map(WebBody.json))
                    #expect(done.status == call.status, "owner \(call.method) \(call.path): \(done.wire)")
                }
            }
        }
    }

    @Test("knows nobody without an admin token, on any route")
    func strangers() async throws {
        try await withEverything { gateway, calls in
            let house = try await gateway.administration.issueToken("studio")
            let tokens = [nil, "nonsense", house.app.token, RunningGateway.upstreamKey]
            for call in calls {
                var answers: Set<String> = []
                for token in tokens {
                    let answer = try await gateway.admin.with(token: token).send(
                        call.method, call.path, call.body.map(WebBody.json))
                    #expect(answer.status == 401, "\(call.method) \(call.path)")
                    answers.insert(answer.wireWithoutChance)
                }
                #expect(answers.count == 1)
            }
            let revoked = try await client("owner", gateway)
            let id = try #require(
                try await gateway.administration.demand(200, .GET, "/admin/v1/admin-tokens")["admin_tokens"]?.list?
                    .first { $0["name"]?.string == "a owner" }?["id"]?.string)
            #expect(try await gateway.admin.send(.DELETE, "/admin/v1/admin-tokens/\(id)").status == 204)
            #expect(try await revoked.get("/admin/v1/teams").status == 401)
        }
    }

    @Test("and the public port share no path")
    func noCommonPaths() async throws {
        try await withEverything { gateway, calls in
            let house = try await gateway.administration.issueToken("studio")
            let probes = ["/livez", "/readyz", "/metrics"].map {
                AdminCall(method: .GET, path: $0, power: .read, status: 200)
            }
            for call in calls + probes {
                for token in [gateway.admin.token, house.app.token, nil] {
                    let answer = try await gateway.door.with(token: token).send(
                        call.method, call.path, call.body.map(WebBody.json))
                    #expect(answer.status == 404, "\(call.method) \(call.path) on the public port: \(answer.wire)")
                }
            }
            let publicPaths = [
                "/api/v1/billing/balance", "/api/v1/billing/usage", "/api/v1/keys", "/api/v1/status/req_1",
                "/gateway/v1/whoami", "/gateway/v1/jobs",
            ]
            for path in publicPaths {
                for token in [gateway.admin.token, house.app.token] {
                    #expect(
                        try await gateway.admin.with(token: token).get(path).status == 404, "\(path) on the admin port")
                }
            }
            let order = try await gateway.admin.with(token: house.app.token).order("a harbour")
            #expect(order.status == 404)
        }
    }

    @Test("tells probes how it is, without a token")
    func probes() async throws {
        try await RunningGateway.run { gateway in
            let probe = gateway.admin.with(token: nil)
            let live = try await probe.get("/livez")
            #expect(live.status == 200 && live.text == "ok\n")
            let ready = try await probe.get("/readyz")
            #expect(ready.status == 200 && ready.text == "ready\n")
        }
    }
}
