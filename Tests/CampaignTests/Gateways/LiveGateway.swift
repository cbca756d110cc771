import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import GatewayApp
import GatewayCore
import GatewayFlow
import Logging
import NIOPosix
import ServiceLifecycle
import Testing
import VinciAPI

/// A whole gateway in this process.
struct LiveGateway: Sendable {
    static let ownerToken = "owner-of-the-campaigns-0123456789abcdef"
    /// Begins every key of Vinci's.
    static let upstreamKey = "sk-upstream-key-of-the-campaigns"

    let administration: Administration
    let store: CampaignStore
    private let log: FileHandle
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// - configure: ports, store, upstream and one key are set before.
    static func start(
        on store: CampaignStore, upstream: String, http: HTTPClient, clock: any WallClock = SystemWallClock(),
        configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws -> LiveGateway {
        var configuration = configuration(on: store, upstream: upstream)
        configure(&configuration)
        let log = try FileHandle.appending(to: store.folder.log)
        let gateway = try await Gateway.start(
            configuration,
            in: Surroundings(
                clock: clock, logTo: log.fileDescriptor, folder: store.folder.path,
                bootstrapAdmin: Secret(ownerToken),
                onBrokenStore: { Issue.record("the store broke: \($0)") }))
        let group = ServiceGroup(
            services: [RunningService(gateway: gateway)],
            logger: Logger(label: "campaigns") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await group.run() }
        guard let open = await gateway.publicPort.value(), let admin = await gateway.adminPort.value() else {
            throw GatewayNeverListened()
        }
        return LiveGateway(
            administration: Administration(
                admin: WebClient("http://127.0.0.1:\(admin)", token: ownerToken, http: http),
                door: WebClient("http://127.0.0.1:\(open)", token: nil, http: http)),
            store: store, log: log, group: group, running: running)
    }

    /// Runs a gateway for as long as `body` does.
    static func run<Value: Sendable>(
        on store: CampaignStore, upstream: String, clock: any WallClock = SystemWallClock(),
        configure: (inout GatewayConfiguration) -> Void = { _ in }, _ body: (LiveGateway) async throws -> Value
    ) async throws -> Value {
        try await HTTPClient.forTests { http in
            let gateway = try await start(
                on: store, upstream: upstream, http: http, clock: clock, configure: configure)
            let value: Result<Value, any Error>
            do { value = .success(try await body(gateway)) } catch { value = .failure(error) }
            try await gateway.stop()
            return try value.get()
        }
    }

    /// As a member of a fleet in which nobody crashes.
    static func launching(
        upstream: Int, configure: @escaping @Sendable (inout GatewayConfiguration) -> Void
    ) -> Fleet.Launch {
        { store, http in
            let gateway = try await start(
                on: store, upstream: "http://127.0.0.1:\(upstream)/api", http: http, configure: configure)
            return Fleet.Member(
                administration: gateway.administration, stop: { try await gateway.stop() },
                crash: { preconditionFailure("nothing but a process of its own can crash") })
        }
    }

    /// Everything logged so far.
    func logged() throws -> String { try String(contentsOf: store.folder.log, encoding: .utf8) }

    /// As a signal would.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        try log.close()
    }

    private static func configuration(on store: CampaignStore, upstream: String) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.publicPort.port = 0
        configuration.adminPort.port = 0
        configuration.store.location = store.location
        configuration.videos.directory = store.folder.videos.path
        configuration.upstream.baseURL = upstream
        configuration.upstream.keys = [key(0)]
        configuration.pricing.holdMarginPercent = 0
        return configuration
    }

    static func key(
        _ index: Int, requestsPerMinute: Int = VinciLimits.keyRequestsPerMinute.upperBound
    ) -> UpstreamKeySetting {
        guard let id = UpstreamKeyID("key-\(index)") else { preconditionFailure("no id of a key") }
        return UpstreamKeySetting(
            id: id, source: .environment("TEST"), requestsPerMinute: requestsPerMinute,
            secret: Secret("\(upstreamKey)-\(index)"))
    }
}

private struct RunningService: Service {
    let gateway: Gateway

    func run() async throws { try await gateway.run() }
}
