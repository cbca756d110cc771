import Foundation
import GatewayAcceptance
import GatewayApp
import Testing
import VinciSimulator

@Suite("A team's budget under pressure") struct BudgetPressureTests {
    private static let orders = 200

    /// Jobs that end long after the test, so that every admitted order still holds its money.
    private var settings: RunningGateway.Settings {
        var settings = RunningGateway.Settings(jobDuration: .seconds(3600))
        settings.configure = { configuration in
            configuration.status.pollMin = .seconds(60)
            configuration.status.pollMax = .seconds(60)
        }
        return settings
    }

    @Test("lets exactly 20 of 200 simultaneous quarters through on five dollars, ten times in a row")
    func exactlyTwenty() async throws {
        try await RunningGateway.run(settings) { gateway in
            for round in 1...10 { try await race(in: gateway, team: "round-\(round)") }
            #expect(try await gateway.administration.ledgerIsSound())
        }
    }

    @Test("that is the organization's binds all teams together, whoever is first")
    func organization() async throws {
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            try await office.setBudget("organization/default", "day", "5.00")
            var apps: [WebClient] = []
            for team in ["one", "two", "three", "four"] {
                apps.append(try await office.household(team, month: "2.00").app)
            }
            let answers = try await simultaneously(Self.orders) { [apps] number in
                try await apps[number % apps.count].order("shot \(number)", seconds: 5)
            }
            // Together the teams might order 32; the organization lets 20 through, and no team more than 8.
            #expect(answers.filter { $0.status == 200 }.count == 20)
            #expect(answers.filter { $0.status == 402 }.count == 180)
            #expect(gateway.simulator.requests.postCount == 20)
            #expect(try await office.budget("default", "day")["held_usd"]?.decimal == 5)
            for team in ["one", "two", "three", "four"] {
                #expect(try await office.budget(team)["held_usd"]?.decimal ?? 9 <= 2)
            }
            #expect(try await office.ledgerIsSound())
        }
    }

    private func race(in gateway: RunningGateway, team: String) async throws {
        let office = gateway.administration
        try await office.makeTeam(team)
        try await office.setBudget("team/\(team)", "month", "5.00")
        // A token may order a hundred times a minute at most; the budget is the team's.
        var apps: [WebClient] = []
        for _ in 0..<4 { apps.append(try await office.issueToken(team).app) }
        let postsBefore = gateway.simulator.requests.postCount

        let answers = try await simultaneously(Self.orders) { [apps] number in
            try await apps[number % apps.count].order("\(team) shot \(number)", seconds: 5)
        }

        let accepted = answers.filter { $0.status == 200 }
        let refused = answers.filter { $0.status == 402 }
        #expect(accepted.count == 20)
        #expect(refused.count == 180, "\(Set(answers.map(\.status)))")
        #expect(gateway.simulator.requests.postCount - postsBefore == 20)
        #expect(Set(accepted.compactMap { $0["request_id"]?.string }).count == 20)
        for answer in refused { checkRefusal(answer, team: team) }
        let budget = try await office.budget(team)
        #expect(budget["held_usd"]?.decimal == 5)
        #expect(budget["available_usd"]?.decimal == 0)
    }

    private func checkRefusal(_ answer: WebAnswer, team: String) {
        #expect(answer.header("Content-Type") == "application/problem+json")
        #expect(answer.code == "budget_exceeded")
        #expect(answer["limit_source"]?.string == "team:\(team)/month")
        #expect(answer["required_usd"]?.decimal == usd("0.25"))
        #expect(answer["resets_at"]?.string != nil)
        let available = answer["available_usd"]?.decimal ?? 1
        #expect(available >= 0 && available < usd("0.25") ?? 0)
        #expect(answer.detail?.hasPrefix("Insufficient balance. Current balance: $0.") == true, "\(answer.text)")
        #expect(answer.detail?.hasSuffix(", required: $0.25") == true, "\(answer.text)")
    }
}
