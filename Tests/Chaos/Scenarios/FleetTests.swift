import Foundation
import GatewayAcceptance
import GatewayTesting
import NIOHTTP1
import Testing

extension ChaosOnPostgres {
    @Suite("Three gateways on one database") struct FleetTests {
        private static let takeOver = Duration.seconds(15)

        @Test("go on without the one that is killed, and agree on tokens, budgets and rates within a second")
        func fleet() async throws {
            let kills = Campaign.kills(3)
            let server = try await PostgresServer()
            try await server.withDatabase { place in
                try await ChaosWorld.run(.draw(), store: .postgres(place), jobDuration: .seconds(1)) { world in
                    let fleet = try await Fleet.start(3, in: world)
                    let office = try await #require(fleet.alive.first).administration
                    let crowd = try await Crowd.settle(at: office)
                    let paced = try await PacedToken(in: world, fleet: fleet, office: office)
                    // Below what forty keys allow in a minute, with two or three polls for each order.
                    try await world.load(crowd, pause: .seconds(4)).run {
                        async let spread: Void = paced.use(for: .seconds(max(66, kills * 13)))
                        try await Agreement(fleet: fleet, world: world).check(rounds: 20)
                        try await killInTurn(kills, fleet, world)
                        try await spread
                    }
                    let last = try await #require(fleet.alive.first)
                    try await world.checkEverything(last, crowd)
                    #expect(try await fleet.stop() == [0, 0, 0])
                    try await world.checkOffline()
                    world.checkReadiness()
                    try await world.report("three gateways on PostgreSQL, one killed \(kills) times")
                }
            }
        }

        /// The dead one's jobs come into living hands, or to their end as unknown.
        private func killInTurn(_ kills: Int, _ fleet: Fleet, _ world: ChaosWorld) async throws {
            let times = Distribution()
            var left = 0
            var dice = world.seed.dice(3)
            for _ in 0..<kills {
                let victim = Int.random(in: 0..<3, using: &dice)
                try await Task.sleep(for: .milliseconds(Int.random(in: 300...1200, using: &dice)))
                let dead = try await fleet.kill(victim)
                let start = ContinuousClock.now
                left += try await BookRow.unsettled(in: world.store, of: dead).count
                // Far beyond `takeOver`: how late it was is for the check below to say.
                try await eventually("the dead one's jobs to be taken over", within: .seconds(150)) {
                    try await BookRow.unsettled(in: world.store, of: dead).isEmpty
                }
                times.add(ContinuousClock.now - start)
                try await fleet.revive(victim)
            }
            #expect(left > 0, "nothing was open at any kill: it has shown nothing, \(world.seed)")
            #expect(times.percentile(100) < Self.takeOver || Machine.isBusy, "\(times.summary) \(world.seed)")
            print("chaos: \(left) open jobs of \(kills) killed gateways taken over by others; \(times.summary)")
        }
    }
}
