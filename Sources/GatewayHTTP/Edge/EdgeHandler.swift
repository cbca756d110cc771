import NIOCore
import NIOHTTP1

/// Between the HTTP/1 parser and Hummingbird: refuses what must not get in, marks every answer with its request id, and
/// decides when the connection ends.
///
/// It sits behind NIO's `HTTPServerPipelineHandler`, which delivers a request only after the answer to the one before it
/// has been written; so nothing answered here can overtake an answer still being made.
final class EdgeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Travels outwards when the inner code begins to read a body: a client that waits for it is told to go on.
    struct BodyWanted: Sendable {}

    /// What the inner code finds at the end of a body that will never be complete.
    struct RequestCutOff: Error {}

    private struct HeldRequest {
        let head: HTTPRequestHead
        let requestID: CallID
        var hot: HotRequest
    }

    /// The last request answered on the event loop.
    var lastHot: (head: HTTPRequestHead, request: HotRequest)?
    private var cycle = RequestCycle()
    /// May be answered here once its end has come.
    private var held: HeldRequest?
    /// While an answer is written here, the end of it may bring the next request that has waited for it.
    private var isAnswering = false
    private let watch: SocketWatch
    private let tools: EdgeTools
    private let stock: LoopStock
    private let client: ClientAddress

    init(watch: SocketWatch, tools: EdgeTools, stock: LoopStock, client: ClientAddress) {
        self.watch = watch
        self.tools = tools
        self.stock = stock
        self.client = client
    }

    /// Whether a request that comes now is the only one.
    var isBetweenRequests: Bool { cycle.isWaiting }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            headArrived(head, context)
        case .body(let bytes):
            watch.clock.bodyArrived(bytes.readableBytes)
            deliverHeld(context)
            if cycle.bodyArrived() { context.fireChannelRead(data) }
        case .end:
            watch.clock.requestEnded()
            // Trailers are dropped: nothing here reads them, and they could only contradict the head.
            guard cycle.endArrived(), !answerHeld(context) else { return }
            deliverHeld(context)
            context.fireChannelRead(wrapInboundOut(.end(nil)))
        }
    }

    private func headArrived(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let requestID = stock.makeRequestID()
        let fault = HeadCheck.fault(in: head)
        switch cycle.headArrived(head, requestID: requestID, isRefused: fault != nil) {
        case .forward:
            watch.clock.headEnded(at: context.eventLoop.now)
            if let hot = tools.hotPath?.path.open(head) {
                held = HeldRequest(head: head, requestID: requestID, hot: hot)
            } else {
                deliver(head, requestID, context)
            }
        case .refuse:
            guard let fault else { return }
            refuse(.head(fault), requestID: requestID, method: head.method, context)
        case .drop:
            break
        }
    }

    private func deliver(_ head: HTTPRequestHead, _ requestID: CallID, _ context: ChannelHandlerContext) {
        context.fireChannelRead(wrapInboundOut(.head(InnerHead.make(from: head, requestID: requestID))))
    }

    private func deliverHeld(_ context: ChannelHandlerContext) {
        guard let request = held else { return }
        held = nil
        deliver(request.head, request.requestID, context)
    }

    /// - Returns: false when there is nothing to answer here. A request that comes from within the answer to the one before is
    ///   left to the routes, which answer it later: else as many as a client sends at once would pile up on the stack. So is
    ///   one of a client that does not take its answers: the routes wait for it, and read no more meanwhile.
    private func answerHeld(_ context: ChannelHandlerContext) -> Bool {
        guard !isAnswering, context.channel.isWritable, var request = held,
            let answer = tools.hotPath?.path.answer(&request.hot, requestID: request.requestID, client: client)
        else { return false }
        isAnswering = true
        defer { isAnswering = false }
        held = nil
        lastHot = (request.head, request.hot)
        let headers = HTTPHeaders(answer.head.fields.map { ($0.name, $0.value) })
        answerBegins(HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers), context, nil)
        if let body = answer.body, cycle.answerContinues() {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: body)))), promise: nil)
        }
        answerEnds(context, nil)
        context.flush()
        return true
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        deliverHeld(context)
        guard let parserError = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        let fault = ParserFault(parserError)
        switch cycle.becameUnreadable(fault) {
        case .refuse(let exchange):
            refuse(
                .unreadable(fault), requestID: exchange?.requestID ?? stock.makeRequestID(), method: exchange?.method,
                context)
            if exchange != nil { context.fireErrorCaught(RequestCutOff()) }
        case .tellInner:
            watch.clock.requestEnded()
            context.fireErrorCaught(RequestCutOff())
        case .close:
            context.close(promise: nil)
        case .ignore:
            break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is SocketWatch.BodyTooSlow else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        switch cycle.bodyTooSlow() {
        case .refuse(let exchange):
            refuse(.bodyTooSlow, requestID: exchange.requestID, method: exchange.method, context)
            context.fireErrorCaught(RequestCutOff())
        case .close:
            context.close(promise: nil)
        case .ignore:
            break
        }
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            answerBegins(head, context, promise)
        case .body:
            guard cycle.answerContinues() else { return drop(promise) }
            context.write(data, promise: promise)
        case .end:
            answerEnds(context, promise)
        }
    }

    private func answerBegins(
        _ head: HTTPResponseHead, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
    ) {
        switch cycle.answerBegins(isInformational: (100..<200).contains(head.status.code)) {
        case .send(let exchange, let lastAnswer):
            var head = head
            head.headers.replaceOrAdd(name: InnerHead.requestIDField, value: exchange.requestID.text)
            head.headers.replaceOrAdd(name: "Date", value: stock.date)
            if lastAnswer { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            cycle.answerFramed(
                sendsBody: AnswerFraming.apply(to: &head, method: exchange.method, version: exchange.version))
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .sendInformational:
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .drop:
            drop(promise)
        }
    }

    private func answerEnds(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        // Both machines move before the write: it may deliver the next request while it runs.
        switch cycle.answerEnds() {
        case .send:
            watch.clock.answerEnded(at: context.eventLoop.now)
            context.write(wrapOutboundOut(.end(nil)), promise: promise)
        case .sendThenClose:
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
            context.close(mode: .output, promise: nil)
        case .drop:
            drop(promise)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if cycle.bodyWanted() {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        promise?.succeed()
    }

    // MARK: Refusals

    private func refuse(
        _ refusal: EdgeRefusal, requestID: CallID, method: HTTPMethod?, _ context: ChannelHandlerContext
    ) {
        let answer = tools.answer(refusal, requestID: requestID, client: client, date: stock.date)
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        if method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(mode: .output, promise: nil)
    }

    /// The connection has had its last answer; the inner code may finish its own in peace.
    private func drop(_ promise: EventLoopPromise<Void>?) { promise?.succeed() }
}

@available(*, unavailable)
extension EdgeHandler: Sendable {}
