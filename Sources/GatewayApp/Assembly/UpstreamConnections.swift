import EventLoopTasks
import GatewayFlow
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import VinciAPI
import VinciClient

/// Makes one client per upstream key and shuts them all down at the end, after everybody who could use them.
final class UpstreamConnections: Service {
    private let configuration: VinciClientConfiguration
    private let keptConnections = KeptConnections()
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let clients = Mutex<[VinciClient]>([])

    init(configuration: VinciClientConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
    }

    func connect(_ key: UpstreamKeys.Definition) throws -> any VinciUpstream {
        let client = try VinciClient(
            apiKey: key.secret, configuration: configuration, keptConnections: keptConnections,
            eventLoopGroup: eventLoopGroup, clock: EventLoopClock(group: eventLoopGroup), logger: logger)
        clients.withLock { $0.append(client) }
        return client
    }

    func run() async throws {
        try? await gracefulShutdown()
        await shutdown()
    }

    func shutdown() async {
        for client in clients.withLock({ $0 }) { await client.shutdown() }
    }
}
