import NIOCore
import NIOHTTP1

/// ``SendGate`` in a connection's pipeline, between AsyncHTTPClient's own handler and the HTTP coder.
///
/// It also catches a reply that overtakes its request (a 413 or 429 sent before the image was read): AsyncHTTPClient 1.37
/// stops such an upload by never resuming it, so that its task stays behind for ever
/// (`HTTPRequestStateMachine.channelIsWritable`, status ≥ 300), and may lose such a reply when it closes the connection.
/// Here the reply is collected and noted in the pass, and the call ended by an error, which AsyncHTTPClient cleans up after.
final class SendGateHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private enum Sending {
        case nothing, request, refused
    }

    private enum Reply {
        /// Goes on to AsyncHTTPClient.
        case passing
        case collecting(HTTPReply)
        /// Judged already; the rest of it is of no interest.
        case dropped
    }

    private let gate: SendGate
    private let connection: KeptConnectionHandler
    private let replyBytesMax: Int
    private var sending = Sending.nothing
    /// The head waits for the first of the body, which AsyncHTTPClient hands over right after it: one packet instead of two.
    private var holdsHead = false
    private var pass: SendPass?
    private var reply = Reply.passing

    private init(gate: SendGate, connection: KeptConnectionHandler, replyBytesMax: Int) {
        self.gate = gate
        self.connection = connection
        self.replyBytesMax = replyBytesMax
    }

    /// Puts the gate into a new connection; a connection that cannot have one is closed.
    static func install(
        in channel: any Channel, gate: SendGate, keptConnections: KeptConnections, replyBytesMax: Int
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            do {
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
                let connection = KeptConnectionHandler(keptConnections)
                let handler = SendGateHandler(gate: gate, connection: connection, replyBytesMax: replyBytesMax)
                try pipeline.addHandler(ArrivalHandler(connection), position: .before(decoder))
                try pipeline.addHandlers([connection, handler], position: .after(decoder))
            } catch {
                channel.close(promise: nil)
                throw error
            }
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (unwrapOutboundIn(data), sending) {
        case (.head(let head), _):
            guard let admission = gate.admit(head, takesOrders: { connection.takesOrders(context.pipeline) }) else {
                return refuse(context, promise)
            }
            sending = .request
            pass = admission.pass
            reply = .passing
            holdsHead = !admission.head.headers["Content-Length"].isEmpty
            context.write(wrapOutboundOut(.head(admission.head)), promise: promise)
        case (_, .refused):
            promise?.fail(RequestWithdrawn())
        case (.end, _):
            holdsHead = false
            // Sent is what the kernel has taken; what is queued may still be overtaken.
            let flushed = context.eventLoop.makePromise(of: Void.self)
            flushed.futureResult.assumeIsolated().whenSuccess { self.sending = .nothing }
            // The caller's promise may be of another loop than the connection.
            flushed.futureResult.cascade(to: promise)
            context.write(data, promise: flushed)
        case (.body, _):
            holdsHead = false
            context.write(data, promise: promise)
        }
    }

    func flush(context: ChannelHandlerContext) {
        if !holdsHead { context.flush() }
    }

    private func refuse(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        sending = .refused
        promise?.fail(RequestWithdrawn())
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), reply) {
        case (.head(let head), .passing) where !head.status.isInterim:
            pass?.note(.head(status: Int(head.status.code)))
            guard sending == .request else { return context.fireChannelRead(data) }
            reply = .collecting(HTTPReply(head))
        case (.body(let bytes), .collecting(let early)):
            collect(bytes, early, context)
        case (.end, .collecting(let early)):
            reply = .dropped
            pass?.note(.early(early))
            context.fireErrorCaught(Overtaken())
        case (_, .dropped):
            break
        default:
            context.fireChannelRead(data)
        }
    }

    private func collect(_ bytes: ByteBuffer, _ early: HTTPReply, _ context: ChannelHandlerContext) {
        // Dropped for the time being, so that the bytes gathered so far have one owner and are not copied.
        reply = .dropped
        var early = early
        early.body.writeImmutableBuffer(bytes)
        guard early.body.readableBytes <= replyBytesMax else { return context.fireErrorCaught(ReplyTooLarge()) }
        reply = .collecting(early)
    }
}

/// A complete reply arrived before the request had been sent as a whole; it lies in the pass.
struct Overtaken: Error {}

struct ReplyTooLarge: Error {}

/// The gate refused a request; whoever waits for it has left already.
struct RequestWithdrawn: Error {}
