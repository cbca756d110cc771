import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing

extension ChaosOnPostgres {
    @Suite("A gateway that is killed again and again") struct KillTests {
        /// What the dead one had in hand is taken over by the one that lives twelve seconds; the others die before.
        @Test("on PostgreSQL loses nothing, doubles nothing and is ready again at once")
        func postgres() async throws {
            let kills = Campaign.kills(20)
            let server = try await PostgresServer()
            try await server.withDatabase { place in
                try await ChaosWorld.run(.draw(), store: .postgres(place)) { world in
                    let gateway = try world.gateway()
                    let campaign = try await KillCampaign(world: world, gateway: gateway)
                    try await campaign.run(kills: kills, between: 30...700, checkedEvery: 20)
                    world.checkReadiness()
                    try await world.report("kill -9 on PostgreSQL, \(kills) times")
                }
            }
        }
    }
}
