import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing

extension ChaosOnSQLite {
    @Suite(
        "A gateway whose disk is full",
        .disabled(if: SmallDisk.hindrance != nil, "\(SmallDisk.hindrance ?? "")"))
    struct FullDiskTests {
        @Test(
            "refuses orders, goes on answering, books what was ordered before, and takes orders again when there is room"
        )
        func full() async throws {
            // Long enough for the disk to be full before the first jobs end.
            try await ChaosWorld.run(.draw(), jobDuration: .seconds(3)) { world in
                try FileManager.default.createDirectory(at: world.folder.data, withIntermediateDirectories: true)
                let disk = try SmallDisk(megabytes: 24, at: world.folder.data.path)
                defer { disk.unmount() }
                let gateway = try world.gateway()
                let life = try await gateway.live()
                let crowd = try await Crowd.settle(at: life.administration)

                try await world.load(crowd, pause: .milliseconds(800)).run {
                    try await eventually("orders") { world.log.acceptedCount >= 30 }
                    try disk.fill()
                    try await eventually("the gateway to notice") {
                        let answer = try await life.admin.get("/readyz")
                        return answer.status == 503 && answer.text == "storage full\n"
                    }
                    let refused = Told.refused(status: 503, code: "storage_unavailable")
                    try await eventually("an order to be refused for want of room") {
                        world.log.entries.contains { $0.told.contains(refused) }
                    }
                    let accepted = try #require(world.log.entries.first { $0.acceptedID != nil })
                    var dice = world.seed.dice(4)
                    let app = life.door.with(token: crowd.token(of: accepted.order.team, using: &dice))
                    #expect(try await app.status(try #require(accepted.acceptedID)).status == 200)
                    // The ballast is for these.
                    try await world.settle()

                    try disk.clear()
                    try await MortalGateway.ready(life)
                    let before = world.log.acceptedCount
                    try await eventually("orders again") { world.log.acceptedCount > before }
                }
                try await world.checkEverything(life, crowd)
                #expect(try await gateway.stop(life).exit == 0)
                try await world.checkOffline()
                try await world.report("a full disk under load")
            }
        }
    }
}
