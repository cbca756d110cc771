import EventLoopTasks
import GatewayCore
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
    private var presence = ClientPresence()

    package init(inner: Inner, tools: EdgeTools, logger: Logger) {
        self.inner = inner
        self.tools = tools
        self.logger = logger
    }

    package var responder: Responder {
        let answering = EdgeResponder(
            inner: inner, client: client, presence: presence, logger: logger)
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
        let loop = serving(value)
        guard tools.answersOnLoop else { return await loop.handleHTTP(asyncChannel: requests, logger: logger) }
        let home = EventLoopExecutor(value.channel.eventLoop)
        await HomeExecutor.$current.withValue(home) {
            await withTaskExecutorPreference(home) { await loop.handleHTTP(asyncChannel: requests, logger: logger) }
        }
    }

    private func serving(_ connection: EdgeConnection) -> Self {
        var channel = self
        channel.client = connection.client
        channel.presence = connection.presence
        return channel
    }

    private func open(_ channel: any Channel, client: ClientAddress) throws -> EdgeConnection {
        let pipeline = channel.pipeline.syncOperations
        let presence = ClientPresence()
        let stock = tools.stocks.stock(of: channel.eventLoop)
        let watch = SocketWatch(
            tools: tools, stock: stock, client: client, presence: presence, accepted: channel.eventLoop.now)
        let edge = EdgeHandler(watch: watch, tools: tools, stock: stock, client: client)
        try pipeline.addHandler(watch)
        if let hot = tools.hotPath {
            try pipeline.addHandler(
                RequestMemo(hot: hot.path, edge: edge, watch: watch, stock: stock, client: client))
        }
        var encoder = HTTPResponseEncoder.Configuration()
        encoder.automaticallySetFramingHeaders = false
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withErrorHandling: false,
            // Header values are made by `HTTPFields`, which cannot hold an invalid one, or are constants of the edge.
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: encoder,
            withDecoderLimitConfiguration: decoderLimits)
        try pipeline.addHandler(edge)
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        let requests = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        return EdgeConnection(channel: channel, client: client, presence: presence, requests: requests)
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
        let stock = tools.stocks.stock(of: channel.eventLoop)
        let answer = tools.answer(
            .full(full), requestID: stock.makeRequestID(), client: client, date: stock.date)
        let goodbye = GoodbyeHandler(answer.bytes)
        do {
            try channel.pipeline.syncOperations.addHandler(goodbye)
        } catch {
            channel.close(promise: nil)
        }
        return EdgeConnection(channel: channel, client: client, presence: ClientPresence(), requests: nil)
    }
}
