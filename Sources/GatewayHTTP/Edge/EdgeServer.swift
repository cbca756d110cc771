package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import ServiceLifecycle

/// One listener with its edge. On graceful shutdown it accepts nothing more, finishes the requests that are running, tells
/// their clients `Connection: close`, and closes idle connections at once.
package struct EdgeServer<Inner: HTTPResponder>: Service where Inner.Context == GatewayRequestContext {
    private let address: BindAddress
    private let channel: EdgeChannel<Inner>
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let onRunning: @Sendable (_ port: Int?) async -> Void

    /// - inner: the router's responder.
    /// - onRunning: called once with the port that was bound, which tells what became of port 0.
    package init(
        address: BindAddress, inner: Inner, tools: EdgeTools, eventLoopGroup: any EventLoopGroup, logger: Logger,
        onRunning: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
    ) {
        self.address = address
        channel = EdgeChannel(inner: inner, tools: tools, logger: logger)
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.onRunning = onRunning
    }

    /// - Throws: when the address cannot be bound.
    package func run() async throws {
        let onRunning = onRunning
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(address: address, backlog: 1024),
            onServerRunning: { listener in await onRunning(listener.localAddress?.port) },
            eventLoopGroup: eventLoopGroup,
            logger: logger)
        try await server.run()
    }
}
