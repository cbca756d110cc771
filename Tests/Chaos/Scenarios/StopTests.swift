import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing

extension ChaosOnSQLite {
    @Suite("A gateway that is stopped under load") struct StopTests {
        @Test("finishes what is under way, ends with 0, and loses nothing")
        func stopped() async throws {
            let stops = Campaign.kills(10)
            try await ChaosWorld.run(.draw()) { world in
                let gateway = try world.gateway()
                let crowd = try await KillCampaign(world: world, gateway: gateway).crowd
                let times = Distribution()
                var dice = world.seed.dice(9)
                let last = try await world.load(crowd).run {
                    for _ in 0..<stops {
                        let life = try await gateway.live()
                        try await Task.sleep(for: .milliseconds(Int.random(in: 50...700, using: &dice)))
                        let start = ContinuousClock.now
                        // Apps go on knocking: they are told that it is draining, or find nobody.
                        let ended = try await life.stop()
                        world.doors.close(life.door)
                        times.add(ContinuousClock.now - start)
                        #expect(ended.exit == 0, "\(ended.stderr) \(world.seed)")
                        // Whatever began has its outcome: that is what a stop has over a kill.
                        let open = try await BookRow.unsettled(in: world.store).filter { $0.state == "dispatching" }
                        #expect(open.isEmpty, "left between hold and outcome: \(open.prefix(3)) \(world.seed)")
                    }
                    return try await gateway.live()
                }
                try await world.checkEverything(last, crowd)
                #expect(try await gateway.stop(last).exit == 0)
                try await world.checkOffline()
                try await world.report("SIGTERM under load, \(stops) times, each stop \(times.summary)")
            }
        }
    }
}
