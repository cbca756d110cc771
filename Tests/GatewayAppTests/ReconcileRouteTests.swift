import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("Holding the account against the books") struct ReconcileRouteTests {
    @Test("shows where the account's total lies, in its own answer and with the usage") func shows() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            let first = try await eventually("the first sample") {
                let usage = try await office.demand(200, .GET, "/admin/v1/usage")
                return usage["reconcile"]?["state"]?.string == "balanced" ? usage : nil
            }
            #expect(first["rows"]?.list?.isEmpty == true)
            let home = try await office.household("red")
            let ordered = try await home.app.ordered("a lake")
            _ = try await office.job(ordered.job, reaches: "completed")
            let reply = try await office.demand(200, .POST, "/admin/v1/reconcile")
            #expect(reply["state"]?.string == "balanced")
            #expect(reply["spent_usd"]?.decimal == gateway.simulator.bill.totals.charged.decimal)
            #expect(reply["lower_usd"]?.decimal == reply["spent_usd"]?.decimal)
            #expect(reply["drift_usd"]?.decimal == 0)
            #expect(reply["settled"]?.list?.isEmpty == true)
        }
    }

    @Test("needs an operator, refuses what it does not know, and accepts a drift only where there is one")
    func rules() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            #expect(try await gateway.door.send(.POST, "/admin/v1/reconcile").status == 404)
            let auditor = try await office.demand(
                201, .POST, "/admin/v1/admin-tokens", #"{"name": "A", "role": "auditor"}"#)
            let reader = office.admin.with(token: try #require(auditor["token"]?.string))
            #expect(try await reader.send(.POST, "/admin/v1/reconcile").status == 403)
            try await office.demand(400, .POST, "/admin/v1/reconcile", #"{"acceptdrift": true}"#)
            try await office.demand(400, .POST, "/admin/v1/reconcile", #"{"accept_drift": true}"#)
            try await office.demand(400, .POST, "/admin/v1/reconcile", #"{"accept_drift": true, "reason": "x"}"#)
        }
    }
}
