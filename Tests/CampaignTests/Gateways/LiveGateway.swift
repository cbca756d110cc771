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

/// A whole gateway in this process, which can be stopped in good order or in the middle of everything.
struct LiveGateway: Sendable {
    static let ownerToken = "owner-of-the-campaigns-0123456789abcdef"
    /// Begins every key of Vinci's.
    static let upstreamKey = "sk-upstream-key-of-the-campaigns"

    let administration: Administration
    let store: CampaignStore
    private let log: LogFile
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// - configure: ports, store, upstream and one key are set before.
    static func start(
        on store: CampaignStore, upstream: String, http: HTTPClient, clock: any WallClock = SystemWallClock(),
        configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws -> LiveGateway {
        var configuration = configuration(on: store, upstream: upstream)
        configure(&configuration)
        let log = try LogFile(store.folder.log)
        let gateway = try await Gateway.start(
            configuration,
            in: Surroundings(
                clock: clock, logSink: log.sink, folder: store.folder.path,
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

    /// Everything logged so far.
    func logged() throws -> String { try String(contentsOf: store.folder.log, encoding: .utf8) }

    /// As a signal would.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        log.close()
    }

    /// In the middle of everything: nothing is waited for, the store closes under what is still under way.
    func crash() async {
        running.cancel()
        _ = await running.result
    }

    private static func configuration(on store: CampaignStore, upstream: String) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.publicPort.port = 0
        configuration.adminPort.port = 0
        configuration.store.location = store.location
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

/// Stays open until it is closed: what a crash leaves behind may still write to it, and its descriptor must not be
/// somebody else's by then.
private struct LogFile: Sendable {
    private let descriptor: Int32

    init(_ file: URL) throws {
        descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
    }

    var sink: LogSink { LogSink(descriptor: descriptor) }

    func close() { Foundation.close(descriptor) }
}
