import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import VinciSimulator

/// A Vinci, a folder, a load: what stays the same while gateways come and go.
struct ChaosWorld: Sendable {
    static let keys = (0..<40).map { "sk-upstream-key-of-the-chaos-tests-\($0)" }

    let seed: ChaosSeed
    let simulator: VinciSimulator
    let upstream: String
    let folder: GatewayAcceptance.TemporaryFolder
    let http: HTTPClient
    let store: ChaosStore
    let doors = Doors()
    let log = OrderLog()
    /// From the start of a process to its first 200 of `/readyz`.
    let readyTimes = Distribution()

    /// - store: nil for an SQLite file in the world's own folder.
    static func run(
        _ seed: ChaosSeed, store: ChaosStore? = nil, jobDuration: Duration = .milliseconds(300),
        _ body: (ChaosWorld) async throws -> Void
    ) async throws {
        let simulator = try VinciSimulator(ChaosVinci.configuration(seed, keys: keys, jobDuration: jobDuration))
        try await simulator.serve { upstream in
            let folder = try GatewayAcceptance.TemporaryFolder()
            defer { folder.remove() }
            try await HTTPClient.forTests(retriesConnecting: false) { http in
                try await body(
                    ChaosWorld(
                        seed: seed, simulator: simulator, upstream: upstream, folder: folder, http: http,
                        store: store ?? .sqlite(folder.store)))
            }
        }
    }

    /// A gateway of this world that does not run yet.
    /// - folder: of its own, where several share a store.
    func gateway(in folder: GatewayAcceptance.TemporaryFolder? = nil) throws -> MortalGateway {
        let folder = folder ?? self.folder
        let configuration = try GatewayProcess.configure(
            folder, upstream: upstream, keys: Self.keys,
            lines: """
                status: { poll_min: 500ms, poll_max: 1s }
                limits: { open_jobs_per_team: 100000 }
                """)
        return MortalGateway(world: self, configuration: configuration, folder: folder)
    }

    func load(_ crowd: Crowd, apps: Int = 12, pause: Duration = .zero) -> Load {
        Load(crowd: crowd, doors: doors, log: log, seed: seed, apps: apps, pause: pause)
    }
}
