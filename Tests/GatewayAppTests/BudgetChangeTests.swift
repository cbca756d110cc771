import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("A budget that is changed") struct BudgetChangeTests {
    private var settings: RunningGateway.Settings { RunningGateway.Settings(jobDuration: .milliseconds(800)) }

    @Test("after orders were placed counts them all the same")
    func setLate() async throws {
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let house = try await office.issueToken("studio")
            let first = try await house.app.ordered("the first")
            try await office.setBudget("team/studio", "month", "0.40")
            #expect(try await office.budget("studio")["held_usd"]?.decimal == usd("0.25"))
            #expect(try await house.app.order("the second").status == 402)
            _ = try await office.job(first.job, reaches: "completed")
            try await office.setBudget("team/studio", "total", "1")
            #expect(try await office.budget("studio", "total")["captured_usd"]?.decimal == usd("0.25"))
            #expect(try await office.ledgerIsSound())
        }
    }

    @Test("below what is spent refuses orders and never tells a negative balance")
    func lowered() async throws {
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio", month: "5")
            _ = try await house.app.ordered("the first")
            try await office.setBudget("team/studio", "month", "0.10")
            let refused = try await house.app.order("the second")
            #expect(refused.status == 402)
            #expect(refused["available_usd"]?.decimal == 0)
            #expect(refused.detail == "Insufficient balance. Current balance: $0.00, required: $0.25")
            #expect(try await house.app.get("/api/v1/billing/balance")["balance_usd"]?.decimal == 0)
        }
    }

    @Test("or removed while a job is open leaves the ledger sound, and comes back with the true figures")
    func removedMeanwhile() async throws {
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio", month: "5")
            let ordered = try await house.app.ordered("the first")
            try await office.demand(204, .DELETE, "/admin/v1/budgets/team/studio/month")
            _ = try await office.job(ordered.job, reaches: "completed")
            try await office.setBudget("team/studio", "month", "5")
            let budget = try await office.budget("studio")
            #expect(budget["captured_usd"]?.decimal == usd("0.25"))
            #expect(budget["held_usd"]?.decimal == 0)
            #expect(try await office.ledgerIsSound())
        }
    }
}
