import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing

extension ChaosOnSQLite {
    /// A kill exactly where it hurts: between the write and its fsync, in the middle of a group, with a reply half sent.
    @Suite(
        "A kill aimed at a system call", .disabled(if: Strace.hindrance != nil, "\(Strace.hindrance ?? "")"))
    struct AimedKillTests {
        struct Aim: Sendable, CustomTestStringConvertible {
            let calls: String
            /// Calls on the store's files only; otherwise whatever goes to apps and to Vinci.
            let isOnStore: Bool
            let latest: Int

            var testDescription: String { calls }
        }

        static let aims = [
            Aim(calls: "fdatasync", isOnStore: true, latest: 40),
            Aim(calls: "pwrite64", isOnStore: true, latest: 1500),
            Aim(calls: "write,writev,sendto,sendmsg", isOnStore: false, latest: 300),
        ]

        @Test("leaves nothing lost and nothing doubled")
        func aimed() async throws {
            let kills = Campaign.kills(6)
            try await ChaosWorld.run(.draw()) { world in
                let gateway = try world.gateway()
                let crowd = try await KillCampaign(world: world, gateway: gateway).crowd
                var dice = world.seed.dice(1)
                for aim in Self.aims {
                    let moments = (0..<kills).map { _ in Int.random(in: 1...aim.latest, using: &dice) }
                    let last = try await world.load(crowd).run {
                        for moment in moments {
                            let exit = try await gateway.liveToTheEnd(under: tool(aim, moment, world))
                            #expect(exit == 128 + SIGKILL, "\(aim.calls) \(moment), \(world.seed)")
                        }
                        return try await gateway.live()
                    }
                    try await world.checkEverything(last, crowd, repeated: 40)
                    #expect(try await gateway.stop(last).exit == 0)
                }
                try await world.checkOffline()
                try await world.report("kills aimed at fdatasync, pwrite64 and socket writes, \(kills) each")
            }
        }

        private func tool(_ aim: Aim, _ moment: Int, _ world: ChaosWorld) -> [String] {
            Strace.killing(at: aim.calls, number: moment, on: aim.isOnStore ? world.folder.storeFiles : [])
        }
    }
}
