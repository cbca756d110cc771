import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing

/// One gateway under load, killed many times, with everything checked now and then.
struct KillCampaign: Sendable {
    let world: ChaosWorld
    let gateway: MortalGateway
    let crowd: Crowd

    /// Makes the teams in a first, quiet life.
    init(world: ChaosWorld, gateway: MortalGateway) async throws {
        self.world = world
        self.gateway = gateway
        let first = try await gateway.live()
        crowd = try await Crowd.settle(at: first.administration)
        try await stop(first)
    }

    /// - between: milliseconds of life; one in five dies while it starts.
    func run(kills: Int, between lifetimes: ClosedRange<Int>, checkedEvery interval: Int) async throws {
        var dice = world.seed.dice(kills)
        var done = 0
        while done < kills {
            let number = min(interval, kills - done)
            let last = try await world.load(crowd).run {
                for _ in 0..<number { try await killOnce(after: lifetimes, using: &dice) }
                return try await gateway.live()
            }
            done += number
            try await world.checkEverything(last, crowd)
            try await stop(last)
            try await world.checkOffline()
        }
    }

    private func stop(_ last: GatewayProcess) async throws {
        let ended = try await gateway.stop(last)
        #expect(ended.exit == 0, "\(ended.stderr.suffix(2000)) \(world.seed)")
    }

    private func killOnce(after lifetimes: ClosedRange<Int>, using dice: inout SeededRandom) async throws {
        let moment = Duration.milliseconds(Int.random(in: lifetimes, using: &dice))
        if dice.chance(20) {
            let start = try gateway.launch()
            try await Task.sleep(for: moment)
            start.signal(SIGKILL)
            _ = try await start.ended()
        } else {
            let life = try await gateway.live()
            try await Task.sleep(for: moment)
            try await gateway.kill(life)
        }
        try await world.store.letRatesRest()
    }
}
