import Foundation
import GatewayAcceptance
import GatewayTesting

/// Several gateways on one database, each a program with a folder of its own.
actor Fleet {
    private let gateways: [MortalGateway]
    private var lives: [Life?]

    private struct Life: Sendable {
        let gateway: GatewayProcess
        /// Its name in the store.
        let process: String

        init(of mortal: MortalGateway) async throws {
            gateway = try await mortal.live()
            process = try await mortal.world.store.latestProcess()
        }
    }

    /// Starts them; all but the first get the first one's master key.
    static func start(_ count: Int, in world: ChaosWorld) async throws -> Fleet {
        let first = try world.gateway()
        var gateways = [first]
        var lives = [try await Life(of: first)]
        for number in 1..<count {
            let folder = try world.folder.subfolder("gateway-\(number)")
            try FileManager.default.createDirectory(at: folder.data, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: first.folder.data.appending(path: "master.key"), to: folder.data.appending(path: "master.key"))
            gateways.append(try world.gateway(in: folder))
            lives.append(try await Life(of: gateways[number]))
        }
        return Fleet(gateways, lives)
    }

    private init(_ gateways: [MortalGateway], _ lives: [Life]) {
        self.gateways = gateways
        self.lives = lives
    }

    var alive: [GatewayProcess] { lives.compactMap { $0?.gateway } }

    /// - Returns: the name in the store of the one that was killed.
    func kill(_ number: Int) async throws -> String {
        guard let life = lives[number] else { return "" }
        lives[number] = nil
        try await gateways[number].kill(life.gateway)
        return life.process
    }

    func revive(_ number: Int) async throws { lives[number] = try await Life(of: gateways[number]) }

    /// - Returns: their exit codes.
    func stop() async throws -> [Int32] {
        var codes: [Int32] = []
        for number in gateways.indices {
            if let life = lives[number] { codes.append(try await gateways[number].stop(life.gateway).exit) }
            lives[number] = nil
        }
        return codes
    }
}
