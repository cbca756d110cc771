import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("A reply") struct ReplyShapeTests {
    private static let scopes =
        #", "scopes": ["generate:text", "status:read", "billing:read", "keys:read", "keys:write"]"#

    private func withSettledTeam(_ body: (RunningGateway, Household, OrderedJob) async throws -> Void) async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(100))) { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio", #", "name": "The Studio""#)
            try await office.setBudget("team/studio", "month", "5")
            let house = try await office.issueToken("studio", Self.scopes)
            let ordered = try await house.app.ordered("a harbour")
            _ = try await office.job(ordered.job, reaches: "completed")
            try await body(gateway, house, ordered)
        }
    }

    @Test("to an order is Vinci's, with the job's own name in a header")
    func order() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            let answer = try await house.app.order("a harbour", seconds: 8)
            #expect(
                answer.json?.fields == ["request_id", "status", "estimated_cost_usd", "estimated_duration_seconds"])
            #expect(answer["status"]?.string == "pending")
            #expect(answer["estimated_cost_usd"]?.decimal == usd("0.4"))
            #expect(answer["estimated_duration_seconds"]?.decimal == 8)
            #expect(answer["request_id"]?.string == gateway.simulator.submits.first?.requestID)
            #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
            #expect(answer.header("X-Gateway-Job-Id")?.hasPrefix("job_") == true)
            for name in ["X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"] {
                #expect(answer.header(name) != nil, "\(name) is missing")
            }
        }
    }

    @Test("about money is Vinci's in shape and the team's in figures")
    func billing() async throws {
        try await withSettledTeam { _, house, _ in
            let balance = try await house.app.get("/api/v1/billing/balance")
            #expect(balance.json?.fields == ["balance_usd", "total_spent_usd"])
            #expect(balance["balance_usd"]?.decimal == usd("4.75"))
            #expect(balance["total_spent_usd"]?.decimal == usd("0.25"))
            let usage = try await house.app.get("/api/v1/billing/usage?days=7")
            #expect(
                usage.json?.fields == [
                    "period_days", "total_requests", "total_seconds", "total_cost_usd", "current_balance_usd",
                    "total_spent_usd",
                ])
            #expect(usage["period_days"]?.wholeNumber == 7)
            #expect(usage["total_requests"]?.wholeNumber == 1)
            #expect(usage["total_seconds"]?.decimal == 5)
            #expect(usage["total_cost_usd"]?.decimal == usd("0.25"))
            #expect(usage["current_balance_usd"]?.decimal == usd("4.75"))
            #expect(try await house.app.get("/api/v1/billing/usage")["period_days"]?.wholeNumber == 30)
        }
    }

    @Test("about the balance, where no budget applies, is the account's less all holds")
    func balanceWithoutBudget() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .seconds(600))) { gateway in
            try await gateway.administration.makeTeam("studio")
            let house = try await gateway.administration.issueToken("studio")
            _ = try await house.app.ordered("a harbour")
            let balance = try await house.app.get("/api/v1/billing/balance")
            #expect(balance["balance_usd"]?.decimal == usd("9999.75"))
        }
    }

    @Test("about keys is Vinci's, and never holds a key's text but for the new one's, once")
    func keys() async throws {
        try await withSettledTeam { _, house, _ in
            let made = try await house.app.post("/api/v1/keys", #"{"name": "Production API Key", "rate_limit": 20}"#)
            #expect(made.json?.fields == ["key_id", "name", "api_key", "rate_limit", "created_at"])
            #expect(made["rate_limit"]?.wholeNumber == 20)
            let text = try #require(made["api_key"]?.string)
            #expect(text.wholeMatch(of: /sk-vgw-[A-Za-z0-9]{38}/) != nil)
            #expect(made["key_id"]?.string?.wholeMatch(of: /vinci_[A-Za-z0-9]{16}/) != nil)
            let listed = try await house.app.get("/api/v1/keys")
            #expect(listed["count"]?.wholeNumber == 2)
            let rows = try #require(listed["api_keys"]?.list)
            for row in rows {
                #expect(
                    row.fields == [
                        "key_id", "name", "is_active", "created_at", "last_used", "key_preview", "rate_limit",
                    ])
                #expect(row["key_preview"]?.string?.hasPrefix("sk-vgw-…") == true)
            }
            #expect(!listed.text.contains(text))
        }
    }

    @Test("to whoami, quote and the list of jobs tells what the contract promises")
    func beyondVinci() async throws {
        try await withSettledTeam { _, house, ordered in
            let me = try await house.app.get("/gateway/v1/whoami")
            #expect(me["team"]?.string == "studio")
            #expect(me["team_name"]?.string == "The Studio")
            #expect(me["key_id"]?.string == house.keyID)
            #expect(me["rate_limit"]?["limit"]?.wholeNumber == 100)
            #expect(me["rate_limit"]?["remaining"]?.wholeNumber == 99)
            #expect(me["budgets"]?.list?.first?["available_usd"]?.decimal == usd("4.75"))

            let quote = try await house.app.post("/gateway/v1/quote", #"{"prompt": "x", "duration_seconds": 10}"#)
            #expect(quote["admitted"]?.bool == true)
            #expect(quote["estimated_cost_usd"]?.decimal == usd("0.5"))
            #expect(quote["hold_usd"]?.decimal == usd("0.5"))
            #expect(quote["limit_source"]?.string == "team:studio/month")
            #expect(quote["available_usd"]?.decimal == usd("4.75"))

            let job = try #require(try await house.app.get("/gateway/v1/jobs")["jobs"]?.list?.first)
            #expect(job["job_id"]?.string == ordered.job)
            #expect(job["request_id"]?.string == ordered.requestID)
            #expect(job["state"]?.string == "completed")
            #expect(job["hold_usd"]?.decimal == usd("0.25"))
            #expect(job["cost_usd"]?.decimal == usd("0.25"))
            #expect(job["upstream_key"] == nil || job["upstream_key"] == .null)
            #expect(try await house.app.get("/gateway/v1/jobs/\(ordered.job)").json == job)
        }
    }

    @Test("to a quote that does not fit says why and when it would, and holds nothing")
    func quoteRefused() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio", month: "0.20")
            let quote = try await house.app.post("/gateway/v1/quote", #"{"prompt": "x", "duration_seconds": 5}"#)
            #expect(quote.status == 200)
            #expect(quote["admitted"]?.bool == false)
            #expect(quote["code"]?.string == "budget_exceeded")
            #expect(quote["resets_at"]?.string != nil)
            #expect(try await gateway.administration.budget("studio")["held_usd"]?.decimal == 0)
        }
    }

    @Test("to HEAD is that to GET without its body")
    func head() async throws {
        try await withSettledTeam { gateway, house, ordered in
            let balance = "/api/v1/billing/balance"
            let cases = [
                (house.app, balance), (house.app, "/api/v1/status/\(ordered.job)"),
                (gateway.door, balance), (gateway.admin, "/livez"),
            ]
            for (client, path) in cases {
                let get = try await client.get(path)
                let head = try await client.send(.HEAD, path)
                #expect(head.status == get.status, "\(path): \(head.wire)")
                #expect(head.text.isEmpty)
                for name in ["Content-Type", "Content-Length", "ETag", "Cache-Control"] {
                    #expect(head.header(name) == get.header(name), "\(name) of \(path)")
                }
            }
        }
    }

    @Test("with a list comes in pages that leave nothing out")
    func pages() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            var ordered: [String] = []
            for number in 0..<7 { ordered.append(try await house.app.ordered("shot \(number)").job) }
            var (listed, cursor): ([String], String?) = ([], nil)
            repeat {
                let query = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await house.app.get("/gateway/v1/jobs?limit=3\(query)")
                listed += page["jobs"]?.list?.compactMap { $0["job_id"]?.string } ?? []
                cursor = page["next_cursor"]?.string
            } while cursor != nil && listed.count < 20
            #expect(listed == ordered.reversed())
        }
    }
}
