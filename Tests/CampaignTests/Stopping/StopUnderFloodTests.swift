import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite("A gateway that is told to stop while clients go on knocking") struct StopUnderFloodTests {
    @Test("ends in good order") func goodOrder() async throws {
        for _ in 1...Rounds.count(3) {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let file = try GatewayProcess.configure(folder, upstream: "http://127.0.0.1:1/api", keys: ["sk-flood-test"])
            try await HTTPClient.forTests { http in
                let gateway = try await GatewayProcess.serve(file, in: folder, http: http)
                let port = try #require(gateway.door.origin.split(separator: ":").last.flatMap { Int($0) })
                let flood = Flood(port: port)
                async let knocking: Void = flood.knock()
                try await eventually("a flood of connections") { flood.connections > 200 }
                let ended = try await gateway.stop()
                flood.stop()
                await knocking
                #expect(ended.exit == 0, "\(ended.stderr.suffix(2000))")
            }
        }
    }
}

/// Opens connections, one after the other in several lines, and closes them at once.
private final class Flood: Sendable {
    private let port: Int
    private let count = Atomic(0)
    private let isOver = Atomic(false)

    init(port: Int) { self.port = port }

    var connections: Int { count.load(ordering: .relaxed) }

    func stop() { isOver.store(true, ordering: .relaxed) }

    func knock() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { await self.knockOnce() } }
        }
    }

    private func knockOnce() async {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        while !isOver.load(ordering: .relaxed) {
            guard let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() else { return }
            count.add(1, ordering: .relaxed)
            try? await channel.close()
        }
    }
}
