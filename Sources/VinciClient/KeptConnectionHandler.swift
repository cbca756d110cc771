import NIOCore
import NIOHTTP1

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Watches how a server keeps a connection, and says whether an order may go over it, see ``KeptConnections``.
final class KeptConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let keptConnections: KeptConnections
    private var upkeep: ConnectionUpkeep
    private var keepsAlive = true
    /// Bytes that were read are on their way through the pipeline.
    private var isReading = false

    init(_ keptConnections: KeptConnections) {
        self.keptConnections = keptConnections
        upkeep = ConnectionUpkeep(reuseTime: keptConnections.reuseTime)
    }

    /// Whether an order may be written to this connection now.
    func takesOrders(_ pipeline: ChannelPipeline) -> Bool {
        let now = pipeline.eventLoop.now
        guard upkeep.mayCarryOrder(at: now, trusted: keptConnections.areTrusted) else { return false }
        guard upkeep.isKept else { return true }
        // Behind the answer that is just read there may be more than the answer.
        guard !isReading else { return false }
        switch Arrival.look(pipeline) {
        case .nothing: return true
        case .end: keptConnections.note(upkeep.ended(at: now))
        // May be TLS's own, and so says nothing about the server.
        case .bytes: break
        }
        return false
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { upkeep.ask(at: context.eventLoop.now) }
        context.write(data, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        keptConnections.note(upkeep.close(at: context.eventLoop.now))
        context.close(mode: mode, promise: promise)
    }

    /// Something has arrived that the decoder has not seen yet. Of the beginning of a reply it tells nobody.
    fileprivate func bytesArrived(at now: NIODeadline) {
        isReading = true
        if !upkeep.isAsked { keptConnections.note(upkeep.ended(at: now)) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.fireChannelReadComplete()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where !head.status.isInterim:
            keepsAlive = head.isKeepAlive
        case .end:
            keptConnections.note(upkeep.replied(keeps: keepsAlive, at: context.eventLoop.now))
        case .head, .body:
            break
        }
        context.fireChannelRead(data)
    }

    /// A reset, a reply that was cut or is none; AsyncHTTPClient closes the connection then, as if this side had wanted to.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        keptConnections.note(upkeep.ended(at: context.eventLoop.now))
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        keptConnections.note(upkeep.ended(at: context.eventLoop.now))
        context.fireChannelInactive()
    }
}

/// Stands before the decoder and tells ``KeptConnectionHandler`` of every byte; behind TLS, whose own bytes do not count.
final class ArrivalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: KeptConnectionHandler

    init(_ connection: KeptConnectionHandler) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.bytesArrived(at: context.eventLoop.now)
        context.fireChannelRead(data)
    }
}

/// What the kernel has received and the event loop has not heard of yet.
private enum Arrival {
    case nothing, bytes, end

    static func look(_ pipeline: ChannelPipeline) -> Arrival {
        let seen = try? pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { socket in
            var byte: UInt8 = 0
            let count = recv(socket, &byte, 1, peek)
            if count > 0 { return Arrival.bytes }
            return count < 0 && errno == EAGAIN ? .nothing : .end
        }
        return seen ?? .end
    }

    private static let peek = CInt(MSG_PEEK | MSG_DONTWAIT)
}
