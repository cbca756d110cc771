import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing

extension ChaosOnSQLite {
    /// kill -9 at any moment: under load, at a start, while settling. One data folder through all of it.
    @Suite("A gateway that is killed again and again") struct KillTests {
        @Test("on SQLite loses nothing, doubles nothing and is ready again at once")
        func sqlite() async throws {
            let kills = Campaign.kills(50)
            try await ChaosWorld.run(.draw()) { world in
                let gateway = try world.gateway()
                let campaign = try await KillCampaign(world: world, gateway: gateway)
                try await campaign.run(kills: kills, between: 30...500, checkedEvery: max(25, kills / 10))
                world.checkReadiness()
                try await world.report("kill -9 on SQLite, \(kills) times")
            }
        }
    }
}
