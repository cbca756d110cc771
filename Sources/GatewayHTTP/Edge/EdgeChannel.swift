package import Hummingbird
package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// How a connection of either listener is set up: limits and deadlines nearest to the socket, then NIO's HTTP/1 parser and
/// its help with pipelining, then the edge's checks, then Hummingbird's request loop.
package struct EdgeChannel<Inner: HTTPResponder>: HTTPChannelHandler where Inner.Context == GatewayRequestContext {
    package typealias Value = EdgeConnection

    private let inner: Inner
    private let tools: EdgeTools
    private let logger: Logger
    private var client = ClientAddress.local

    package init(inner: Inner, tools: EdgeTools, logger: Logger) {
        self.inner = inner
        self.tools = tools
        self.logger = logger
    }

    package var responder: Responder {
        let answering = EdgeResponder(inner: inner, makeRequestID: tools.makeRequestID, client: client, logger: logger)
        return { request, writer, channel in
            let answer = await answering.answer(to: request, on: channel)
            try await writer.write(response: answer.head, body: answer.body)
        }
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<EdgeConnection> {
        channel.eventLoop.makeCompletedFuture {
            let client = ClientAddress(channel.remoteAddress)
            if let full = tools.connections.admit(client) { return turnAway(channel, client: client, full) }
            channel.closeFuture.whenComplete { [connections = tools.connections] _ in connections.release(client) }
            do {
                return try open(channel, client: client)
            } catch {
                // Nobody else closes a channel whose set-up failed.
                channel.close(promise: nil)
                throw error
            }
        }
    }

    package func handle(value: EdgeConnection, logger: Logger) async {
        guard let requests = value.requests else { return }
        var loop = self
        loop.client = value.client
        await loop.handleHTTP(asyncChannel: requests, logger: logger)
    }

    private func open(_ channel: any Channel, client: ClientAddress) throws -> EdgeConnection {
        let pipeline = channel.pipeline.syncOperations
        let watch = SocketWatch(tools: tools, client: client, accepted: channel.eventLoop.now)
        try pipeline.addHandler(watch)
        var encoder = HTTPResponseEncoder.Configuration()
        encoder.automaticallySetFramingHeaders = false
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withErrorHandling: false,
            // Header values are made by `HTTPFields`, which cannot hold an invalid one, or are constants of the edge.
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: encoder,
            withDecoderLimitConfiguration: decoderLimits)
        try pipeline.addHandler(EdgeHandler(watch: watch, tools: tools, client: client))
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        let requests = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        return EdgeConnection(channel: channel, client: client, requests: requests)
    }

    private var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = tools.limits.lineBytesMax
        limits.maxHeaderListSize = tools.limits.headBytesMax
        limits.maxHeaderFieldCount = tools.limits.headFieldsMax
        return limits
    }

    /// Answers without reading anything: what is over the limit must cost as little as possible.
    private func turnAway(
        _ channel: any Channel, client: ClientAddress, _ full: ConnectionCount.Full
    ) -> EdgeConnection {
        let answer = tools.answer(.full(full), requestID: tools.makeRequestID(), client: client)
        let goodbye = GoodbyeHandler(answer.bytes)
        do {
            try channel.pipeline.syncOperations.addHandler(goodbye)
        } catch {
            channel.close(promise: nil)
        }
        return EdgeConnection(channel: channel, client: client, requests: nil)
    }
}
