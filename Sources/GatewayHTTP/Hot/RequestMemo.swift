import NIOCore
import NIOHTTP1

/// Knows hot requests by their bytes: whoever polls sends the same ones again and again, and what they mean has been found
/// out, by the one parser and the one set of checks that there are.
///
/// Between the socket and the parser, on the event loop of ``EdgeHandler``. Bytes that are not the very same go to the
/// parser, as does everything while a request is under way.
final class RequestMemo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Polls are shorter; longer ones are parsed each time.
    private static let bytesMax = 2048

    /// What became of the bytes since the last ``channelReadComplete(context:)``.
    private struct Round {
        var answered = false
        var delivered = false
    }

    private var round = Round()
    private var last: KnownRequest?
    /// Whether the parser has used up all that it was given: it ended with a request that is known.
    private var isAligned = false
    private let hot: any HotPath
    private let edge: EdgeHandler
    private let watch: SocketWatch
    private let stock: LoopStock
    private let client: ClientAddress
    private let allocator = ByteBufferAllocator()

    init(hot: any HotPath, edge: EdgeHandler, watch: SocketWatch, stock: LoopStock, client: ClientAddress) {
        self.hot = hot
        self.edge = edge
        self.watch = watch
        self.stock = stock
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if isAligned, edge.isBetweenRequests, let known = known(bytes), answer(known, context) {
            round.answered = true
            return
        }
        round.delivered = true
        isAligned = false
        edge.lastHot = nil
        context.fireChannelRead(data)
        learn(bytes)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let isOver = round.answered && !round.delivered
        round = Round()
        guard isOver else { return context.fireChannelReadComplete() }
        // Nobody behind was given anything: whoever wanted to read still does, and need not be asked.
        context.read()
    }

    private func known(_ bytes: ByteBuffer) -> KnownRequest? {
        if let last, last.bytes == bytes { return last }
        guard bytes.readableBytes <= RequestMemo.bytesMax else { return nil }
        last = stock.knownRequests.find(bytes)
        return last
    }

    /// - Returns: false when the routes must answer.
    private func answer(_ known: KnownRequest, _ context: ChannelHandlerContext) -> Bool {
        // A client that does not take its answers gets none from here: the routes wait for it, and read no more meanwhile.
        guard context.channel.isWritable else { return false }
        let requestID = stock.makeRequestID()
        guard let answer = hot.answer(&known.request, requestID: requestID, client: client) else { return false }
        watch.clock.answeredAtOnce()
        watch.send(answer.bytes(requestID: requestID, date: stock.date, allocator: allocator))
        return true
    }

    /// Remembers a request that was answered while its bytes were delivered, if it and nothing else was in them.
    private func learn(_ bytes: ByteBuffer) {
        defer { edge.lastHot = nil }
        guard let (head, request) = edge.lastHot, edge.isBetweenRequests, bytes.readableBytes <= RequestMemo.bytesMax,
            RequestMemo.written(head) == bytes
        else { return }
        last = stock.knownRequests.remember(bytes, request)
        isAligned = true
    }

    /// The one form in which most clients write a head; what is written otherwise is not remembered.
    private static func written(_ head: HTTPRequestHead) -> ByteBuffer {
        var bytes = ByteBuffer(string: "\(head.method.rawValue) \(head.uri) HTTP/1.1\r\n")
        for (name, value) in head.headers { bytes.writeString("\(name): \(value)\r\n") }
        bytes.writeStaticString("\r\n")
        return bytes
    }
}

@available(*, unavailable)
extension RequestMemo: Sendable {}
