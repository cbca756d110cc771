import NIOCore
import NIOHTTP1

#if os(Linux)
import Glibc
#endif

/// ``SendGate`` in a connection's pipeline, between AsyncHTTPClient's own handler and the HTTP coder.
///
/// It also catches a reply that overtakes its request (a 413 or 429 sent before the image was read): AsyncHTTPClient 1.37
/// stops such an upload by never resuming it, so that its task stays behind for ever
/// (`HTTPRequestStateMachine.channelIsWritable`, status ≥ 300), and may lose such a reply when it closes the connection.
/// Here the reply is collected and noted in the pass, and the call ended by an error, which AsyncHTTPClient cleans up after.
///
/// And it watches how the connection is kept, see ``KeptConnections``.
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
    private let keptConnections: KeptConnections
    private let replyBytesMax: Int
    private var upkeep: ConnectionUpkeep
    private var isOpen = false
    private var sending = Sending.nothing
    /// The head waits for the first of the body, which AsyncHTTPClient hands over right after it: one packet instead of two.
    private var holdsHead = false
    private var pass: SendPass?
    private var reply = Reply.passing
    private var keepsAlive = true

    init(gate: SendGate, keptConnections: KeptConnections, replyBytesMax: Int) {
        self.gate = gate
        self.keptConnections = keptConnections
        self.replyBytesMax = replyBytesMax
        upkeep = ConnectionUpkeep(reuseTime: keptConnections.reuseTime)
    }

    /// Puts the gate into a new connection; a connection that cannot have one is closed.
    static func install(
        in channel: any Channel, gate: SendGate, keptConnections: KeptConnections, replyBytesMax: Int
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            do {
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
                let handler = SendGateHandler(
                    gate: gate, keptConnections: keptConnections, replyBytesMax: replyBytesMax)
                try pipeline.addHandler(handler, position: .after(decoder))
            } catch {
                channel.close(promise: nil)
                throw error
            }
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (unwrapOutboundIn(data), sending) {
        case (.head(let head), _):
            guard let admission = gate.admit(head, takesOrders: { takesOrders(context) }) else {
                return refuse(context, promise)
            }
            upkeep.ask(at: context.eventLoop.now)
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
        close(context: context, mode: .all, promise: nil)
    }

    private func takesOrders(_ context: ChannelHandlerContext) -> Bool {
        let now = context.eventLoop.now
        guard upkeep.mayCarryOrder(at: now, trusted: keptConnections.areTrusted) else { return false }
        if !upkeep.isKept || isStillOpen(context.channel) { return true }
        keptConnections.note(upkeep.ended(at: now))
        return false
    }

    /// False once the other side has closed it: the kernel knows before the event loop has heard of it.
    private func isStillOpen(_ channel: any Channel) -> Bool {
        isOpen = false
        #if os(Linux)
        let info = (channel as? any SocketOptionProvider)?.getTCPInfo()
        info?.assumeIsolated().whenSuccess { info in self.isOpen = info.tcpi_state == Self.established }
        #endif
        return isOpen
    }

    /// TCP_ESTABLISHED of `netinet/tcp.h`, whose enumeration has no name and so none in Swift.
    private static let established: UInt8 = 1

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        keptConnections.note(upkeep.close(at: context.eventLoop.now))
        context.close(mode: mode, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        keptConnections.note(upkeep.ended(at: context.eventLoop.now))
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), reply) {
        case (.head(let head), .passing) where !head.status.isInterim:
            keepsAlive = head.isKeepAlive
            pass?.note(.head(status: Int(head.status.code)))
            guard sending == .request else { return context.fireChannelRead(data) }
            reply = .collecting(HTTPReply(head))
        case (.body(let bytes), .collecting(let early)):
            collect(bytes, early, context)
        case (.end, .collecting(let early)):
            reply = .dropped
            pass?.note(.early(early))
            context.fireErrorCaught(Overtaken())
        case (.end, .passing):
            keptConnections.note(upkeep.replied(keeps: keepsAlive, at: context.eventLoop.now))
            context.fireChannelRead(data)
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

extension HTTPResponseStatus {
    /// 100 and 103 announce a reply; 101 is one.
    fileprivate var isInterim: Bool { code < 200 && self != .switchingProtocols }
}
