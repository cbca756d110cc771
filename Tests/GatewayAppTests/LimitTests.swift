import Foundation
import GatewayAcceptance
import Testing
import VinciAPI
import VinciSimulator

@Suite("A limit") struct LimitTests {
    @Test("on a token's orders per minute refuses the next one, says when to return, and leaves reading alone")
    func tokenRate() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let house = try await office.issueToken("studio", #", "rate_limit": 2"#)
            let first = try await house.app.order("one")
            #expect(first.header("X-RateLimit-Limit") == "2")
            #expect(first.header("X-RateLimit-Remaining") == "1")
            #expect(try await house.app.order("two").header("X-RateLimit-Remaining") == "0")
            let third = try await house.app.order("three")
            try checkRefused(third, limit: "2")
            #expect(try await house.app.get("/gateway/v1/whoami").status == 200)
            #expect(gateway.simulator.requests.postCount == 2)
        }
    }

    @Test("on a token's reads per minute refuses the next one and leaves orders alone")
    func readRate() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let house = try await office.issueToken("studio", #", "read_rate_limit": 1"#)
            #expect(try await house.app.get("/gateway/v1/whoami").status == 200)
            try checkRefused(try await house.app.get("/api/v1/billing/balance"), limit: "1")
            #expect(try await house.app.order("one").status == 200)
        }
    }

    @Test("on a team's orders per minute counts all of its tokens together")
    func teamRate() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio", #", "rate_limit": 3"#)
            let (one, two) = (try await office.issueToken("studio").app, try await office.issueToken("studio").app)
            for (app, prompt) in [(one, "1"), (two, "2"), (one, "3")] {
                #expect(try await app.order(prompt).status == 200)
            }
            try checkRefused(try await two.order("4"), limit: nil)
        }
    }

    private func checkRefused(_ answer: WebAnswer, limit: String?) throws {
        #expect(answer.status == 429, "\(answer.wire)")
        #expect(answer.code == "rate_limited")
        let seconds = try #require(answer.header("Retry-After").flatMap { Int($0) })
        // A minute, counted in whole seconds from the one in which the first request fell.
        #expect((1...61).contains(seconds))
        #expect(answer.detail == "Rate limit exceeded. Try again in \(seconds) seconds.")
        if let limit {
            #expect(answer.header("X-RateLimit-Limit") == limit)
            #expect(answer.header("X-RateLimit-Remaining") == "0")
        }
        let reset = try #require(answer.header("X-RateLimit-Reset").flatMap { Double($0) })
        #expect(abs(reset - Date().timeIntervalSince1970 - Double(seconds)) < 10)
    }

    @Test("on a team's open jobs refuses the next order until one has ended")
    func openJobs() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(800))) { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio", #", "open_jobs_max": 1"#)
            let house = try await office.issueToken("studio")
            let first = try await house.app.ordered("one")
            let second = try await house.app.order("two")
            #expect(second.status == 429)
            #expect(second.code == "too_many_open_jobs")
            #expect(second.header("Retry-After") != nil)
            _ = try await office.job(first.job, reaches: "completed")
            #expect(try await house.app.order("two").status == 200)
        }
    }

    @Test("is a limit for simultaneous orders, too: exactly as many as it says are let through")
    func simultaneous() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .seconds(3600))) { gateway in
            let office = gateway.administration
            try await office.makeTeam("many-open", #", "open_jobs_max": 5"#)
            let open = try await office.issueToken("many-open").app
            try await office.makeTeam("often")
            let often = try await office.issueToken("often", #", "rate_limit": 7"#).app
            for (app, limit, code) in [(open, 5, "too_many_open_jobs"), (often, 7, "rate_limited")] {
                let posts = gateway.simulator.requests.postCount
                let answers = try await simultaneously(50) { number in
                    try await app.order("shot \(number)")
                }
                #expect(answers.filter { $0.status == 200 }.count == limit)
                #expect(answers.filter { $0.status == 429 && $0.code == code }.count == 50 - limit)
                #expect(gateway.simulator.requests.postCount - posts == limit)
            }
        }
    }

    @Test(
        "of each owner and period binds on its own, and the refusal names it",
        arguments: ["day", "week", "month", "total"])
    func budgets(period: String) async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            for kind in ["token", "team", "organization"] {
                let team = "\(kind)-\(period)"
                try await office.makeTeam(team)
                let house = try await office.issueToken(team)
                let owner = ["token": house.keyID, "team": team, "organization": "default"][kind] ?? ""
                // All the others leave room; this one leaves room for one order beyond what was spent before.
                for other in ["day", "week", "month", "total"] {
                    try await office.setBudget("team/\(team)", other, "50")
                    try await office.setBudget("token/\(house.keyID)", other, "50")
                }
                let spent = kind == "organization" ? 2 : 0
                try await office.setBudget("\(kind)/\(owner)", period, "\(Decimal(spent) / 4 + (usd("0.30") ?? 0))")
                #expect(try await house.app.order("the first").status == 200)
                let refused = try await house.app.order("the second")
                #expect(refused.status == 402, "\(refused.wire)")
                #expect(refused["limit_source"]?.string == "\(kind):\(owner)/\(period)")
                #expect(refused["available_usd"]?.decimal == usd("0.05"))
                #expect(refused["required_usd"]?.decimal == usd("0.25"))
                #expect(refused.detail == "Insufficient balance. Current balance: $0.05, required: $0.25")
                #expect((refused["resets_at"]?.string == nil) == (period == "total"))
            }
        }
    }
}
