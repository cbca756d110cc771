import Foundation
import GatewayAcceptance
import Testing

extension ChaosOnSQLite {
    /// An fsync that failed is never tried again: the kernel may have thrown away what it could not write.
    @Suite("A failed fsync", .disabled(if: Strace.hindrance != nil, "\(Strace.hindrance ?? "")"))
    struct FailedSyncTests {
        private static let brokenStorage: Int32 = 70

        @Test("during the very first start ends it with 70, and the next start makes up for it")
        func firstStart() async throws {
            var failures = 0
            var isStarted = false
            while !isStarted {
                try await ChaosWorld.run(.draw()) { world in
                    let gateway = try world.gateway()
                    let process = try gateway.launch(under: failing(failures + 1, in: world))
                    if (try? await GatewayProcess.listening(process, http: world.http)) != nil {
                        process.signal(SIGKILL)
                        _ = try await process.ended()
                        isStarted = true
                        return
                    }
                    let ended = try await process.ended()
                    #expect(ended.exit == Self.brokenStorage, "fsync \(failures + 1): \(ended.stderr)")
                    let next = try await gateway.live()
                    #expect(try await gateway.stop(next).exit == 0)
                    try await world.checkOffline()
                    failures += 1
                }
            }
            #expect(failures > 0)
            print("chaos: EIO at each of the \(failures) fsyncs of the first start: exit 70 each time")
        }

        @Test(
            "at any of the first fifty under load ends the process with 70, and nothing was promised that is not there")
        func underLoad() async throws {
            try await ChaosWorld.run(.draw()) { world in
                let gateway = try world.gateway()
                let crowd = try await KillCampaign(world: world, gateway: gateway).crowd
                for tens in stride(from: 1, through: 50, by: 10) {
                    let last = try await world.load(crowd).run {
                        for number in tens..<tens + 10 {
                            let exit = try await gateway.liveToTheEnd(under: failing(number, in: world))
                            #expect(exit == Self.brokenStorage, "fsync \(number), \(world.seed)")
                        }
                        return try await gateway.live()
                    }
                    try await world.checkEverything(last, crowd, repeated: 40)
                    #expect(try await gateway.stop(last).exit == 0)
                }
                try await world.checkOffline()
                try await world.report("EIO at fsync 1…50 under load: exit 70 each time")
            }
        }

        private func failing(_ number: Int, in world: ChaosWorld) -> [String] {
            Strace.failing("fdatasync,fsync", at: number, with: "EIO", on: world.folder.storeFiles)
        }
    }
}
