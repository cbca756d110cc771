import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing
import VinciAPI

extension ChaosOnSQLite {
    /// What is never seen to fail may not be looking.
    @Suite("The checks of all scenarios") struct CheckTests {
        @Test(
            "notice an order that is lost, one that Vinci got twice, and one that was denied and ordered all the same")
        func planted() async throws {
            try await ChaosWorld.run(.draw()) { world in
                let gateway = try world.gateway()
                let life = try await gateway.live()
                let crowd = try await Crowd.settle(at: life.administration)
                try await world.load(crowd).run { try await eventually("orders") { world.log.acceptedCount >= 5 } }
                try await world.settle()
                #expect(try await Books(of: world).faults(isQuiet: true).isEmpty)

                let accepted = world.log.entries.filter { $0.acceptedID != nil }
                let lost = world.log.begin { ChaosOrder(number: $0, team: "studio", kind: .text, seconds: 5) }
                world.log.note(.accepted(requestID: "req_neverseen"), of: lost)
                let vinci = WebClient(
                    String(world.upstream.dropLast("/api".count)), token: ChaosWorld.keys[0], http: world.http)
                _ = try await vinci.order(accepted[0].order.prompt)
                let denied = world.log.begin { ChaosOrder(number: $0, team: "studio", kind: .text, seconds: 5) }
                world.log.note(.refused(status: 402, code: "budget_exceeded"), of: denied)
                _ = try await vinci.order(denied.prompt)

                let faults = try await Books(of: world).faults(isQuiet: true)
                for sign in ["lost: req_neverseen", "doubled: Vinci got it 2 times", "and Vinci got it"] {
                    #expect(faults.contains { $0.contains(sign) }, "\(sign): \(faults)")
                }
                #expect(try await gateway.stop(life).exit == 0)
            }
        }
    }
}
