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

    init(_ keptConnections: KeptConnections) {
        self.keptConnections = keptConnections
        upkeep = ConnectionUpkeep(reuseTime: keptConnections.reuseTime)
    }

    /// Whether an order may be written to this connection now.
    func takesOrders(_ pipeline: ChannelPipeline) -> Bool {
        let now = pipeline.eventLoop.now
        guard upkeep.mayCarryOrder(at: now, trusted: keptConnections.areTrusted) else { return false }
        guard upkeep.isKept else { return true }
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

    /// The decoder takes no reply without a request for one; and the kernel tells of a reset by an error.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !upkeep.isAsked { keptConnections.note(upkeep.ended(at: context.eventLoop.now)) }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        keptConnections.note(upkeep.ended(at: context.eventLoop.now))
        context.fireChannelInactive()
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
