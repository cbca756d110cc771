import AsyncHTTPClient
import Foundation
package import GatewayApp
import GatewayCore
package import GatewayFlow
import ServiceLifecycle
import Testing
package import VinciSimulator

/// A whole gateway in this process, on real ports and a real store in a temporary folder, in front of an independent
/// Vinci. Both end with the test.
package struct RunningGateway: Sendable {
    package struct Settings: Sendable {
        package var simulator: SimulatorConfiguration
        package var faults: [FaultRule] = []
        /// Changes what is configured; the ports, the store and the upstream are set before.
        package var configure: @Sendable (inout GatewayConfiguration) -> Void = { _ in }
        package var clock: any WallClock = SystemWallClock()
        /// A folder that outlives the gateway; nil: a temporary one.
        package var folder: TemporaryFolder?

        /// A quick Vinci with much money and no rate limit, and holds without a margin.
        package init(jobDuration: Duration = .milliseconds(300), keys: [String] = [RunningGateway.upstreamKey]) {
            simulator = SimulatorConfiguration(
                accounts: [
                    AccountSeed(
                        balance: .dollars(10_000),
                        keys: keys.enumerated().map {
                            KeySeed(
                                $1, id: RunningGateway.keyID($0), name: "key \($0)",
                                requestsPerMinute: RunningGateway.requestsPerMinute)
                        })
                ], jobDuration: jobDuration)
        }
    }

    /// All tests run in one process, and Foundation's `Process` crashes where that has more than 1024 descriptors open.
    private static let turns = Turns(atOnce: 6)

    package static let upstreamKey = "sk-upstream-key-of-the-acceptance-tests"
    package static let ownerToken = "owner-of-the-acceptance-tests-0123456789"
    /// Vinci's own name for the key at this place of the settings' list.
    package static func keyID(_ index: Int) -> String { "vinci_key_\(index)" }
    fileprivate static let requestsPerMinute = 1_000_000

    package let simulator: VinciSimulator
    package let administration: Administration
    package let folder: TemporaryFolder

    /// The public port without a token, and the admin port with the owner's.
    package var door: WebClient { administration.door }
    package var admin: WebClient { administration.admin }

    /// Everything logged so far.
    package func log() throws -> String { try String(contentsOf: folder.log, encoding: .utf8) }

    /// Runs a gateway for as long as `body` does, then stops it as a signal would.
    @discardableResult
    package static func run<Answer: Sendable>(
        _ settings: Settings = Settings(), _ body: (RunningGateway) async throws -> Answer
    ) async throws -> Answer {
        try await turns.take {
            var configuration = settings.simulator
            configuration.faults = settings.faults
            let simulator = try VinciSimulator(configuration)
            return try await simulator.serve { upstream in
                try await run(settings, before: simulator, at: upstream, body)
            }
        }
    }

    /// For a gateway that is stopped and started again in front of the same Vinci.
    @discardableResult
    package static func run<Answer: Sendable>(
        _ settings: Settings, before simulator: VinciSimulator, at upstream: String,
        _ body: (RunningGateway) async throws -> Answer
    ) async throws -> Answer {
        let folder = try settings.folder ?? TemporaryFolder()
        defer { if settings.folder == nil { folder.remove() } }
        let log = try FileHandle.appending(to: folder.log)
        defer { try? log.close() }
        let gateway = try await Gateway.start(
            configuration(settings, folder, upstream: upstream),
            in: Surroundings(
                clock: settings.clock, logTo: log.fileDescriptor,
                bootstrapAdmin: Secret(ownerToken),
                onBrokenStore: { Issue.record("the store broke: \($0)") }))
        return try await HTTPClient.forTests { http in
            try await serving(GatewayService(gateway: gateway)) {
                let administration = try await administration(of: gateway, http)
                return try await body(
                    RunningGateway(simulator: simulator, administration: administration, folder: folder))
            }
        }
    }

    private static func administration(of gateway: Gateway, _ http: HTTPClient) async throws -> Administration {
        guard let publicPort = await gateway.publicPort.value(), let adminPort = await gateway.adminPort.value() else {
            throw GatewayNeverListened()
        }
        return Administration(
            admin: WebClient("http://127.0.0.1:\(adminPort)", token: ownerToken, http: http),
            door: WebClient("http://127.0.0.1:\(publicPort)", token: nil, http: http))
    }

    private static func configuration(
        _ settings: Settings, _ folder: TemporaryFolder, upstream: String
    ) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.publicPort.port = 0
        configuration.adminPort.port = 0
        configuration.store.location = .sqlite(path: folder.store.path)
        configuration.videos.directory = folder.videos.path
        configuration.upstream.baseURL = upstream
        configuration.upstream.keys = try settings.simulator.accounts.flatMap(\.keys).enumerated().map { index, key in
            UpstreamKeySetting(
                id: try #require(UpstreamKeyID(index == 0 ? "main" : "key-\(index)")), source: .environment("TEST"),
                requestsPerMinute: key.requestsPerMinute, secret: Secret(key.text))
        }
        configuration.pricing.holdMarginPercent = 0
        configuration.status.pollMin = .milliseconds(100)
        configuration.status.pollMax = .milliseconds(500)
        settings.configure(&configuration)
        return configuration
    }
}

private struct GatewayService: Service {
    let gateway: Gateway

    func run() async throws { try await gateway.run() }
}

package struct GatewayNeverListened: Error {
    package init() {}
}
