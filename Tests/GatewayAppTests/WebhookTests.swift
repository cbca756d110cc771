import Foundation
import GatewayAcceptance
import GatewayApp
import GatewayCore
import HTTPTypes
import NIOHTTP1
import Testing
import VinciAPI

@Suite("A team's webhook", .timeLimit(.minutes(3))) struct WebhookTests {
    private static let scopes = #", "scopes": ["generate:text", "status:read", "webhooks:write"]"#

    @Test("gets what its team's jobs come to, signed, and again after a failure, with the same id") func delivered()
        async throws
    {
        try await HookReceiver.run({ _, count in count == 0 ? .serviceUnavailable : .ok }) { receiver, address in
            try await RunningGateway.run { gateway in
                let app = try await household(gateway).app
                let made = try await app.post(
                    "/gateway/v1/webhooks", #"{"url": "\#(address)/hook?x=1", "events": ["job.completed"]}"#)
                #expect(made.status == 201, "\(made.wire)")
                let secret = try #require(made["secret"]?.string)
                let id = try #require(made["id"]?.string)
                let job = try await completed(app, gateway)
                try await eventually("the second attempt") { receiver.received(on: "/hook").count == 2 }
                for message in receiver.received(on: "/hook") {
                    #expect(message.isSigned(with: secret))
                    #expect(!message.isSigned(with: "whsec_" + Data(repeating: 1, count: 32).base64EncodedString()))
                    #expect(message.headers["content-type"] == "application/json")
                }
                let messages = receiver.received(on: "/hook")
                #expect(messages[0].id == messages[1].id)
                #expect(messages[0].body == messages[1].body)
                let told = try #require(messages[0].json)
                #expect(told["type"]?.string == "job.completed")
                // What is told is the job as the team's own call shows it.
                #expect(told["data"] == (try await app.get("/gateway/v1/jobs/\(job)")).json)
                #expect(told["data"]?["cost_usd"]?.decimal != nil)

                let history = try await eventually("the record") {
                    let page = try await app.get("/gateway/v1/webhooks/\(id)/deliveries")
                    return page["deliveries"]?.list?.first?["state"]?.string == "delivered" ? page : nil
                }
                #expect(history["count"]?.decimal == 1)
                let delivery = try #require(history["deliveries"]?.list?.first)
                #expect(delivery["attempts"]?.decimal == 2)
                #expect(delivery["last_status"]?.decimal == 200)
                #expect(delivery["event_id"]?.string == messages[0].id)
                try await redeliver(try #require(delivery["id"]?.string), of: id, app, receiver)
                let metrics = try await gateway.admin.get("/metrics").text
                #expect(metrics.contains(#"vinci_gateway_webhook_deliveries_total{outcome="delivered"} "#))
                #expect(metrics.contains(#"vinci_gateway_webhook_deliveries_total{outcome="retried"} 1"#))
            }
        }
    }

    private func redeliver(
        _ delivery: String, of webhook: String, _ app: WebClient, _ receiver: HookReceiver
    ) async throws {
        let before = receiver.received(on: "/hook").count
        for (number, path) in ["webhooks/deliveries", "webhooks/\(webhook)/deliveries"].enumerated() {
            let answer = try await app.send(.POST, "/gateway/v1/\(path)/\(delivery)/redeliver")
            #expect(answer.status == 202, "\(answer.wire)")
            #expect(answer["state"]?.string == "pending")
            try await eventually("redelivery \(number)") {
                receiver.received(on: "/hook").count == before + number + 1
            }
            // Otherwise the next call could meet the attempt before it is on record.
            try await eventually("its record") {
                let page = try await app.get("/gateway/v1/webhooks/\(webhook)/deliveries")
                return page["deliveries"]?.list?.first?["state"]?.string == "delivered"
            }
        }
    }

    @Test("that hangs holds up no other, and one that is gone is disabled, on record") func hangsAndGone() async throws
    {
        let script: HookReceiver.Script = { path, _ in
            switch path {
            case "/hangs": nil
            case "/gone": .gone
            default: .ok
            }
        }
        try await HookReceiver.run(script) { receiver, address in
            try await RunningGateway.run { gateway in
                let house = try await household(gateway)
                var ids: [String: String] = [:]
                for path in ["/hangs", "/gone", "/fine"] {
                    let made = try await gateway.admin.post(
                        "/admin/v1/teams/studio/webhooks",
                        #"{"url": "\#(address)\#(path)", "events": ["job.completed"]}"#
                    )
                    #expect(made.status == 201, "\(made.wire)")
                    ids[path] = made["id"]?.string
                }
                for _ in 0..<3 { _ = try await completed(house.app, gateway) }
                try await eventually("what the third gets", within: .seconds(10)) {
                    receiver.received(on: "/fine").count == 3
                }
                #expect(receiver.received(on: "/hangs").count == 1)
                #expect(receiver.received(on: "/gone").count == 1)
                let states = try await eventually("the record") {
                    let hooks = try await gateway.admin.get("/admin/v1/teams/studio/webhooks")["webhooks"]?.list
                    let states = (hooks ?? []).compactMap { $0["state"]?.string }
                    return states.contains("disabled") ? states : nil
                }
                #expect(states == ["active", "disabled", "active"])
                let gone = try #require(ids["/gone"])
                _ = try await gateway.administration.auditRecord("webhook.disabled", of: gone)
                let page = try await gateway.admin.get("/admin/v1/teams/studio/webhooks/\(gone)/deliveries")
                let first = try #require(page["deliveries"]?.list?.last?["id"]?.string)
                let refused = try await gateway.admin.send(
                    .POST, "/admin/v1/teams/studio/webhooks/\(gone)/deliveries/\(first)/redeliver")
                #expect(refused.status == 400)
                #expect(refused.detail?.contains("410") == true)
            }
        }
    }

    @Test("is left alone for as long as its endpoint asks, and shows when it is next") func retryAfter() async throws {
        try await HookReceiver.run({ _, _ in .tooManyRequests }) { receiver, address in
            try await RunningGateway.run { gateway in
                let app = try await household(gateway).app
                let made = try await app.post(
                    "/gateway/v1/webhooks", #"{"url": "\#(address)/busy", "events": ["job.completed"]}"#)
                let id = try #require(made["id"]?.string)
                _ = try await completed(app, gateway)
                let delivery = try await eventually("the record") {
                    let page = try await app.get("/gateway/v1/webhooks/\(id)/deliveries")
                    let delivery = page["deliveries"]?.list?.first
                    return delivery?["attempts"]?.decimal == 1 ? delivery : nil
                }
                let last = try #require(delivery["last_attempt_at"]?.string.flatMap { Timestamp(rfc3339: $0) })
                let next = try #require(delivery["next_attempt_at"]?.string.flatMap { Timestamp(rfc3339: $0) })
                #expect(next.since(last) == .seconds(3600))
                #expect(delivery["last_error"]?.string == "the endpoint answered 429")
                #expect(receiver.received(on: "/busy").count == 1)
            }
        }
    }

    @Test("is told by the next run what the run before could not deliver") func restart() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await HookReceiver.run({ _, count in count == 0 ? .internalServerError : .ok }) { receiver, address in
            var settings = RunningGateway.Settings(jobDuration: .milliseconds(100))
            settings.folder = folder
            let app = try await RunningGateway.run(settings) { gateway in
                let house = try await household(gateway)
                _ = try await house.app.post(
                    "/gateway/v1/webhooks", #"{"url": "\#(address)/hook", "events": ["job.completed"]}"#)
                _ = try await completed(house.app, gateway)
                try await eventually("the first attempt") { receiver.received(on: "/hook").count == 1 }
                return house.app.token
            }
            try await RunningGateway.run(settings) { gateway in
                #expect(try await gateway.door.with(token: app).get("/gateway/v1/whoami").status == 200)
                try await eventually("the second attempt") { receiver.received(on: "/hook").count == 2 }
            }
            let messages = receiver.received(on: "/hook")
            #expect(messages[0].id == messages[1].id)
        }
    }

    @Test("is told of each share of a budget once, though many orders race past it") func budgetAlert() async throws {
        try await HookReceiver.run { receiver, address in
            try await RunningGateway.run { gateway in
                let house = try await household(gateway)
                try await gateway.administration.demand(
                    200, .PUT, "/admin/v1/budgets/team/studio/month",
                    #"{"limit_usd": 2, "alert_percents": [50, 80, 100]}"#)
                _ = try await house.app.post(
                    "/gateway/v1/webhooks", #"{"url": "\#(address)/hook", "events": ["budget.alert"]}"#)
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask { _ = try? await house.app.order("race \(number)") }
                    }
                }
                try await eventually("all shares") { receiver.received(on: "/hook").count == 3 }
                let told = receiver.received(on: "/hook").compactMap { $0.json?["data"]?["percent"]?.decimal }
                #expect(Set(told) == [50, 80, 100])
                let budget = receiver.received(on: "/hook")[0].json?["data"]?["budget"]
                #expect(budget?["owner_id"]?.string == "studio")
                #expect(try await gateway.administration.ledgerIsSound())
            }
        }
    }

    // MARK: Rules

    @Test("is refused with the field and the rule when something about it is wrong") func rules() async throws {
        try await RunningGateway.run { gateway in
            let app = try await household(gateway).app
            for (body, detail) in [
                (#"{}"#, "url is required"), (#"{"url": "https://a.example"}"#, "events is required"),
                (#"{"url": "https://a.example", "events": []}"#, "events must be a list of events"),
                (#"{"url": "https://a.example", "events": ["job.started"]}"#, "events must be a list of events"),
                (#"{"url": "https://a.example", "events": ["job.failed"], "x": 1}"#, "x is not a known field"),
                (#"{"url": "http://a.example", "events": ["job.failed"]}"#, "url must be https"),
                (#"{"url": "ftp://a.example", "events": ["job.failed"]}"#, "url must begin with https://"),
                (#"{"url": "https://u:p@a.example", "events": ["job.failed"]}"#, "url must not contain a user name"),
                (#"{"url": "https://10.0.0.1/", "events": ["job.failed"]}"#, "is not on the public Internet"),
                (#"{"url": "https://169.254.169.254/", "events": ["job.failed"]}"#, "is not on the public Internet"),
                (#"{"url": "https://[::ffff:10.0.0.1]/", "events": ["job.failed"]}"#, "is not on the public Internet"),
            ] {
                let answer = try await app.post("/gateway/v1/webhooks", body)
                #expect(answer.status == 400, "\(body): \(answer.wire)")
                #expect(answer.detail?.contains(detail) == true, "\(body): \(answer.wire)")
            }
            #expect(try await app.get("/gateway/v1/webhooks")["count"]?.decimal == 0)
        }
    }

    @Test("may lead to listed hosts only where there is a list") func allowedHosts() async throws {
        var settings = RunningGateway.Settings()
        settings.configure = { $0.webhooks.allowedHosts = ["hooks.example"] }
        try await RunningGateway.run(settings) { gateway in
            let app = try await household(gateway).app
            for (host, status) in [("hooks.example", 201), ("other.example", 400), ("x.hooks.example", 400)] {
                let answer = try await app.post(
                    "/gateway/v1/webhooks", #"{"url": "https://\#(host)/", "events": ["job.failed"]}"#)
                #expect(answer.status == status, "\(host): \(answer.wire)")
            }
        }
    }

    @Test("does not exist for other teams, and its secret is shown once and kept nowhere") func separation()
        async throws
    {
        try await RunningGateway.run { gateway in
            let app = try await household(gateway).app
            let stranger = try await household(gateway, "other").app
            let made = try await app.post(
                "/gateway/v1/webhooks",
                #"{"url": "https://hooks.example/?t=s3cr3t-of-the-url", "events": ["job.failed"]}"#)
            let id = try #require(made["id"]?.string)
            let secret = try #require(made["secret"]?.string)
            let nobodys = "wh_" + String(repeating: "0", count: 26)
            for (method, path) in [(HTTPMethod.DELETE, ""), (.GET, "/deliveries")] {
                let theirs = try await stranger.send(method, "/gateway/v1/webhooks/\(id)\(path)")
                let none = try await stranger.send(method, "/gateway/v1/webhooks/\(nobodys)\(path)")
                #expect(theirs.status == 404)
                #expect(theirs.wireWithoutChance == none.wireWithoutChance)
            }
            #expect(try await stranger.get("/gateway/v1/webhooks")["count"]?.decimal == 0)
            var replies = [try await app.get("/gateway/v1/webhooks")]
            replies.append(try await gateway.admin.get("/admin/v1/teams/studio/webhooks"))
            replies.append(try await gateway.admin.get("/admin/v1/audit", headers: ["Accept": "application/jsonl"]))
            for reply in replies { #expect(!reply.wire.contains(secret), "\(reply.wire)") }
            #expect(replies[0]["webhooks"]?.list?.first?["id"]?.string == id)
            #expect(!replies[2].wire.contains("s3cr3t-of-the-url"))
            #expect(replies[2].wire.contains("hooks.example: job.failed"))
            #expect(!(try gateway.log().contains(secret)))
            #expect(!(try gateway.log().contains("s3cr3t-of-the-url")))
            for text in [secret, String(secret.dropFirst(6))] {
                #expect(try TemporaryFolder.files(below: gateway.folder.data, containing: text).isEmpty)
            }
            #expect(try await app.send(.DELETE, "/gateway/v1/webhooks/\(id)").status == 204)
            #expect(try await app.send(.DELETE, "/gateway/v1/webhooks/\(id)").status == 404)
            #expect(try await app.get("/gateway/v1/webhooks/\(id)/deliveries").status == 404)
        }
    }

    @Test("needs a token with the scope for it that is not bound to its own jobs, or an administrator who may")
    func access()
        async throws
    {
        try await RunningGateway.run { gateway in
            let house = try await household(gateway)
            let body = #"{"url": "https://hooks.example/", "events": ["job.failed"]}"#
            let plain = try await gateway.administration.issueToken("studio").app
            for answer in [
                try await plain.post("/gateway/v1/webhooks", body), try await plain.get("/gateway/v1/webhooks"),
            ] {
                #expect(answer.status == 403)
                #expect(answer.code == "scope_missing")
            }
            let bound = try await gateway.administration.issueToken("studio", Self.scopes + #", "own_jobs_only": true"#)
                .app
            let refused = try await bound.post("/gateway/v1/webhooks", body)
            #expect(refused.status == 400)
            #expect(refused.detail?.contains("bound to its own jobs") == true)
            #expect(try await gateway.admin.post("/admin/v1/teams/nobody/webhooks", body).status == 404)
            #expect(try await house.app.post("/gateway/v1/webhooks", body).status == 201)
            let auditor = try await gateway.admin.post(
                "/admin/v1/admin-tokens", #"{"name": "Ada", "role": "auditor"}"#)
            let reader = gateway.admin.with(token: auditor["token"]?.string)
            #expect(try await reader.get("/admin/v1/teams/studio/webhooks")["count"]?.decimal == 1)
            #expect(try await reader.post("/admin/v1/teams/studio/webhooks", body).status == 403)
        }
    }

    private func household(_ gateway: RunningGateway, _ team: String = "studio") async throws -> Household {
        try await gateway.administration.makeTeam(team)
        try await gateway.administration.setBudget("team/\(team)", "month", "100")
        return try await gateway.administration.issueToken(team, Self.scopes)
    }

    private func completed(_ app: WebClient, _ gateway: RunningGateway) async throws -> String {
        let job = try #require(try await app.order("a lake, \(UUID())").header("X-Gateway-Job-Id"))
        _ = try await gateway.administration.job(job, reaches: "completed")
        return job
    }
}
