import Foundation
import GatewayCore
import GatewayFlow
import Logging
import ServiceLifecycle
import UnixSignals
import VinciSimulator

/// `demo`: a simulator and a gateway in one process, one order through them, then both keep serving.
package struct Demo: Sendable {
    package struct Settings: Sendable {
        package var publicPort: Int
        package var adminPort: Int
        /// The folder that keeps the store; nil: a temporary one, removed at the end.
        package var keep: String?
        /// End after the walk.
        package var isOnce: Bool

        package init(publicPort: Int, adminPort: Int, keep: String?, isOnce: Bool) {
            self.publicPort = publicPort
            self.adminPort = adminPort
            self.keep = keep
            self.isOnce = isOnce
        }
    }

    private static let key = "sk-demo-upstream-key-that-apps-never-see"
    private static let keyRequestsPerMinute = 100

    private let settings: Settings
    private let say: @Sendable (String) -> Void

    package init(_ settings: Settings, say: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        self.say = say
    }

    /// Returns after the walk (`isOnce`) or after a signal.
    package func run() async throws(GatewayFault) {
        let folder = settings.keep ?? temporaryFolder()
        defer { if settings.keep == nil { try? FileManager.default.removeItem(atPath: folder) } }
        do {
            try await run(in: folder)
        } catch let fault as GatewayFault {
            throw fault
        } catch {
            throw GatewayFault(.failed, "The demo stopped: \(error)")
        }
    }

    private func run(in folder: String) async throws {
        let simulator = try VinciSimulator(
            SimulatorConfiguration(
                accounts: [
                    AccountSeed(keys: [KeySeed(Demo.key, requestsPerMinute: Demo.keyRequestsPerMinute)])
                ], jobDuration: .seconds(4), billedLength: .longer(milliseconds: 200)))
        try await simulator.serve { upstream in
            let gateway = try await Gateway.start(
                try configuration(folder: folder, upstream: upstream), in: .machine(bootstrapAdmin: nil))
            guard let owner = try await gateway.admins.makeFirstOwner(nil) else {
                throw DemoFailure("\(folder) already has an administrator; keep another folder")
            }
            try await serve(gateway, upstream: upstream, owner: owner)
        }
    }

    /// The gateway beside the walk: whichever fails ends both.
    private func serve(_ gateway: Gateway, upstream: String, owner: Secret) async throws {
        let steps = DemoSteps { try await walk(gateway, upstream: upstream, owner: owner) }
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: DemoGateway(gateway: gateway)),
                .init(
                    service: steps, successTerminationBehavior: settings.isOnce ? .gracefullyShutdownGroup : .ignore),
            ], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = .seconds(45)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func walk(_ gateway: Gateway, upstream: String, owner: Secret) async throws {
        guard let publicPort = await gateway.publicPort.value(), let adminPort = await gateway.adminPort.value() else {
            return
        }
        let publicURL = "http://127.0.0.1:\(publicPort)"
        let adminURL = "http://127.0.0.1:\(adminPort)"
        say("Vinci (simulated)  \(upstream)")
        say("gateway for apps   \(publicURL)/api")
        say("gateway admin      \(adminURL)\n")
        let token = try await DemoWalk(
            publicURL: publicURL, adminURL: adminURL, adminToken: owner.reveal(), sleeper: ContinuousClock(), say: say
        ).run()
        guard !settings.isOnce else { return say("\nEvery step held.") }
        say(DemoText.invitation(publicURL: publicURL, adminURL: adminURL, token: token, adminToken: owner.reveal()))
    }

    private func configuration(folder: String, upstream: String) throws -> GatewayConfiguration {
        guard let id = UpstreamKeyID("demo") else { throw DemoFailure("no id for the demo's key") }
        var configuration = GatewayConfiguration()
        configuration.publicPort.port = settings.publicPort
        configuration.adminPort.port = settings.adminPort
        configuration.store.location = .sqlite(path: folder + "/gateway.db")
        configuration.videos.directory = folder + "/videos"
        configuration.upstream.baseURL = upstream
        configuration.upstream.keys = [
            UpstreamKeySetting(
                id: id, source: .environment("demo"), requestsPerMinute: Demo.keyRequestsPerMinute,
                secret: Secret(Demo.key))
        ]
        configuration.status.pollMin = .seconds(1)
        configuration.logging.level = .warning
        return configuration
    }

    private func temporaryFolder() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("vinci-gateway-demo-\(UUID().uuidString)").path
    }
}

/// The gateway as a part of the demo: it has its own way to stop.
private struct DemoGateway: Service {
    let gateway: Gateway

    func run() async throws { try await gateway.run() }
}

/// The walk as a part of the demo: given up when the demo stops.
private struct DemoSteps: Service {
    let walk: @Sendable () async throws -> Void

    func run() async throws { try await cancelWhenGracefulShutdown { try await walk() } }
}
