import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI

@Suite("An administrator") struct AdministratorTests {
    @Test("reads budgets with their figures and their periods")
    func budgets() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .seconds(600))) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio", month: "50.00")
            try await office.demand(
                200, .PUT, "/admin/v1/budgets/team/studio/week",
                #"{"limit_usd": 12.5, "time_zone": "Europe/Berlin", "alert_percents": [80, 100]}"#)
            _ = try await house.app.ordered("a harbour")
            let week = try await office.budget("studio", "week")
            #expect(week["limit_usd"]?.decimal == usd("12.5"))
            #expect(week["held_usd"]?.decimal == usd("0.25"))
            #expect(week["captured_usd"]?.decimal == 0)
            #expect(week["available_usd"]?.decimal == usd("12.25"))
            #expect(week["time_zone"]?.string == "Europe/Berlin")
            #expect(week["period_start"]?.string != nil && week["resets_at"]?.string != nil)
        }
    }

    @Test("reads a job with both ids, its key and its history")
    func job() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(100))) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            let job = try await gateway.administration.job(ordered.job, reaches: "completed")
            #expect(job["request_id"]?.string == ordered.requestID)
            #expect(job["upstream_key"]?.string == "main")
            #expect(job["key_id"]?.string == house.keyID)
            #expect(job["history"]?.list?.compactMap { $0["to"]?.string } == ["dispatching", "accepted", "completed"])
            #expect(try await gateway.administration.job(ordered.requestID)["job_id"]?.string == ordered.job)
        }
    }

    @Test("reads usage by team, token, kind and day, as JSON or CSV", arguments: ["team", "token", "kind", "day"])
    func usage(grouping: String) async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(100))) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            _ = try await gateway.administration.job(ordered.job, reaches: "completed")
            let path = "/admin/v1/usage?group_by=\(grouping)"
            let row = try #require(try await gateway.administration.demand(200, .GET, path)["rows"]?.list?.first)
            #expect(row["orders"]?.wholeNumber == 1)
            #expect(row["captured_usd"]?.decimal == usd("0.25"))
            #expect(row[grouping]?.string != nil)
            let csv = try await gateway.admin.get(path, headers: ["Accept": "text/csv"])
            #expect(csv.header("Content-Type")?.hasPrefix("text/csv") == true)
            let lines = csv.text.components(separatedBy: "\r\n")
            #expect(lines[0].hasPrefix("\(grouping),orders,completed,failed,unknown"))
            #expect(lines[1].contains(",1,1,0,0,"))
        }
    }

    @Test("reads the audit in pages and as a stream, each order's steps once")
    func audit() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(100))) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            _ = try await gateway.administration.job(ordered.job, reaches: "completed")
            let stream = try await gateway.admin.get("/admin/v1/audit", headers: ["Accept": "application/jsonl"])
            #expect(stream.header("Content-Type") == "application/jsonl")
            let lines = stream.text.split(separator: "\n")
            let ofJob = lines.filter { $0.contains(ordered.job) && !$0.contains("status.read") }
            #expect(ofJob.count == 3)
            let page = try await gateway.administration.demand(200, .GET, "/admin/v1/audit?limit=2")
            #expect(page["count"]?.wholeNumber == 2)
            let next = try #require(page["next_cursor"]?.string)
            let second = try await gateway.administration.demand(200, .GET, "/admin/v1/audit?after=\(next)&limit=2")
            #expect(second["records"]?.list?.first?["seq"] != page["records"]?.list?.last?["seq"])
            let seen = try await gateway.administration.demand(200, .GET, "/admin/v1/audit?team=nobody")
            #expect(seen["count"]?.wholeNumber == 0)
        }
    }

    @Test("is told the field and the rule when a body is wrong")
    func brokenRules() async throws {
        let rules: [(HTTPMethod, String, String, String)] = [
            (.POST, "/admin/v1/teams", #"{"id": "No Spaces"}"#, "id must be 1 to 64 characters of a-z, 0-9, _ and -"),
            (.POST, "/admin/v1/teams", #"{"id": "x", "colour": "red"}"#, "colour is not a known field"),
            (.POST, "/admin/v1/teams", #"{"id": "x", "allowed_origins": ["*"]}"#, "allowed_origins must be a list"),
            (.PUT, "/admin/v1/budgets/team/studio/month", #"{"limit_usd": -1}"#, "limit_usd must be"),
            (.PUT, "/admin/v1/budgets/team/studio/month", #"{"limit_usd": 0.0000001}"#, "limit_usd must be"),
            (
                .PUT, "/admin/v1/budgets/team/studio/month", #"{"limit_usd": 1, "time_zone": "Mars"}"#,
                "time_zone must be an IANA time zone"
            ),
            (
                .POST, "/admin/v1/teams/studio/tokens", #"{"name": "x", "rate_limit": 101}"#,
                "rate_limit must be a whole number from 1 to 100"
            ),
            (.POST, "/admin/v1/teams/studio/tokens", #"{"name": "x", "scopes": ["everything"]}"#, "scopes must be"),
            (.POST, "/admin/v1/teams/studio/tokens", #"{"name": "x", "expires_at": "tomorrow"}"#, "expires_at must be"),
            (
                .POST, "/admin/v1/upstream-keys", #"{"id": "x", "api_key": "two words here"}"#,
                "api_key must be a Vinci API key"
            ),
            (.POST, "/admin/v1/admin-tokens", #"{"name": "x", "role": "king"}"#, "role must be one of"),
        ]
        try await RunningGateway.run { gateway in
            try await gateway.administration.makeTeam("studio")
            for (method, path, body, says) in rules {
                let answer = try await gateway.admin.send(method, path, .json(body))
                #expect(answer.status == 400, "\(path) \(body): \(answer.wire)")
                #expect(answer.detail?.contains(says) == true, "\(answer.text)")
                #expect(!answer.text.contains("two words here"))
            }
            let twice = try await gateway.admin.post("/admin/v1/teams", #"{"id": "studio"}"#)
            #expect((400..<500).contains(twice.status), "a team's id is its own: \(twice.wire)")
            let nobody = try await gateway.admin.send(
                .PUT, "/admin/v1/budgets/team/nobody/month", .json(#"{"limit_usd": 1}"#))
            #expect(nobody.status == 404)
        }
    }
}
