import Foundation
import GatewayAcceptance
import GatewayApp
import Logging
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("A real key") struct SecretCanaryTests {
    private static let configured = "sk-canary-of-the-configuration-7c1f"
    private static let added = "canary_that_does_not_look_like_a_key-93ab"
    private static let canaries = [configured, added]

    /// Vinci at its most talkative: it quotes the key in every way that it has to speak.
    private static func echoes(_ index: Int) -> [FaultRule] {
        let key = canaries[index]
        func rules(_ prompt: String, _ action: FaultAction) -> [FaultRule] {
            [Call.submitText, .submitImage].map {
                FaultRule(
                    prompt, match: FaultMatch($0, promptContains: prompt, keyID: RunningGateway.keyID(index)),
                    action: action)
            }
        }
        return [
            rules("echo-422", .refuse(CannedReply(status: 422, detail: "The key \(key) may not say that"))),
            rules(
                "echo-400",
                .refuse(CannedReply(status: 400, body: #"{"detail": [{"loc": ["\#(key)"], "msg": "\#(key)"}]}"#))),
            rules("echo-500", .refuse(CannedReply(status: 500, detail: "Traceback: key=\(key)"))),
            rules("echo-id", .edit(ReplyEdit(set: ["request_id": .string(key)]))),
            rules("echo-failed", .job(JobFate(error: "no credit left on \(key)"))),
            rules("echo-401", .refuse(CannedReply(status: 401, detail: "Unknown key \(key)"))),
            rules("echo-402", .refuse(CannedReply(status: 402, detail: "Key \(key) is broke"))),
        ].flatMap(\.self)
    }

    private func settings(_ format: GatewayConfiguration.LogFormat) -> RunningGateway.Settings {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(100), keys: Self.canaries)
        settings.faults = Self.canaries.indices.flatMap(Self.echoes)
        settings.configure = { configuration in
            // The second key is added over the admin API.
            configuration.upstream.keys.removeLast()
            configuration.logging.level = .trace
            configuration.logging.format = format
        }
        return settings
    }

    @Test(
        "is found in no reply, header, log, metric, audit record or file",
        arguments: GatewayConfiguration.LogFormat.allCases)
    func nowhere(format: GatewayConfiguration.LogFormat) async throws {
        try await RunningGateway.run(settings(format)) { gateway in
            let house = try await gateway.administration.household("studio")
            var replies = try await order(house.app, closing: "echo-401", gateway)
            replies.append(
                try await gateway.admin.post(
                    "/admin/v1/upstream-keys",
                    #"{"id": "added", "api_key": "\#(Self.added)", "requests_per_minute": 100}"#))
            #expect(replies.last?.status == 201)
            replies += try await order(house.app, closing: "echo-402", gateway)
            replies += try await everyRoute(house, gateway)
            replies.append(try await gateway.admin.get("/admin/v1/audit", headers: ["Accept": "application/jsonl"]))
            replies.append(try await gateway.admin.get("/metrics"))

            let sung = gateway.simulator.requests.keys.filter { $0.admitted >= 13 }
            #expect(sung.count == 2, "each key has met every echo: \(gateway.simulator.requests.keys)")
            let log = try gateway.log()
            for canary in Self.canaries {
                for reply in replies { #expect(!reply.wire.contains(canary), "\(reply.wire)") }
                #expect(!log.contains(canary))
                #expect(try TemporaryFolder.files(below: gateway.folder.data, containing: canary).isEmpty)
            }
            #expect(log.contains(format == .json ? "{\"at\":" : " warning gateway"), "\(log.prefix(300))")
            try await checkLocalTokens(house, replies, log, gateway)
        }
    }

    /// Orders that meet every echo. What works stands between those that do not, so that only the last closes the key.
    private func order(
        _ app: WebClient, closing last: String, _ gateway: RunningGateway
    ) async throws -> [WebAnswer] {
        var replies: [WebAnswer] = []
        let round = gateway.simulator.requests.postCount
        for echo in ["echo-422", "echo-400", "echo-500", "plain", "echo-id", "echo-failed", last] {
            replies.append(try await app.order("\(echo) number \(round)"))
            replies.append(try await app.orderImage("\(echo) number \(round)"))
        }
        try await eventually("all jobs to end") {
            try await gateway.administration.jobs(of: "studio").allSatisfy { $0["state"]?.string != "accepted" }
        }
        return replies
    }

    private func everyRoute(_ house: Household, _ gateway: RunningGateway) async throws -> [WebAnswer] {
        var replies: [WebAnswer] = []
        let jobs = try await gateway.administration.jobs(of: "studio").compactMap { $0["job_id"]?.string }
        for job in jobs {
            replies.append(try await house.app.status(job))
            replies.append(try await house.app.get("/gateway/v1/jobs/\(job)"))
            replies.append(try await gateway.admin.get("/admin/v1/jobs/\(job)"))
        }
        let paths = [
            "/api/v1/billing/balance", "/api/v1/billing/usage", "/api/v1/keys", "/gateway/v1/whoami",
            "/gateway/v1/jobs",
        ]
        for path in paths { replies.append(try await house.app.get(path)) }
        // Whoever knows the key must not learn from us that it is one.
        for key in Self.canaries {
            replies.append(try await gateway.door.with(token: key).get("/gateway/v1/whoami"))
            replies.append(try await gateway.admin.with(token: key).get("/admin/v1/teams"))
            replies.append(
                try await gateway.admin.post("/admin/v1/upstream-keys", #"{"id": "added", "api_key": "\#(key)"}"#))
            replies.append(
                try await gateway.admin.post("/admin/v1/upstream-keys", #"{"id": "UPPER", "api_key": "\#(key)"}"#))
            replies.append(
                try await gateway.admin.post("/admin/v1/upstream-keys", #"{"id": "x", "api_key": "\#(key) "}"#))
        }
        for call in AdminCall.all(key: house.keyID, admin: "admin_0000000000000000", job: jobs.first ?? "") {
            replies.append(try await gateway.admin.send(call.method, call.path, call.body.map(WebBody.json)))
        }
        return replies
    }

    /// A local token is told once, by the reply that made it.
    private func checkLocalTokens(
        _ house: Household, _ replies: [WebAnswer], _ log: String, _ gateway: RunningGateway
    ) async throws {
        let made = try await gateway.administration.demand(
            201, .POST, "/admin/v1/admin-tokens", #"{"name": "x", "role": "auditor"}"#)
        let tokens = [try #require(house.app.token), try #require(made["token"]?.string), RunningGateway.ownerToken]
        let list = try await gateway.admin.get("/admin/v1/admin-tokens")
        for token in tokens {
            for reply in replies + [list] { #expect(!reply.wire.contains(token)) }
            #expect(!log.contains(token))
            #expect(try TemporaryFolder.files(below: gateway.folder.data, containing: token).isEmpty)
        }
    }
}
