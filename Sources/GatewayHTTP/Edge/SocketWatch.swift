import NIOCore

/// Nearest to the socket: keeps the connection's deadlines, and lets the client take the last answer before it closes.
///
/// It shares its channel's event loop with ``EdgeHandler``, which tells the clock where a request stands.
final class SocketWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Travels towards ``EdgeHandler`` when a body took too long.
    struct BodyTooSlow {}

    private static let smallBytes = 16 * 1024

    private struct Timer {
        var deadline: NIODeadline
        var task: Scheduled<Void>
    }

    var clock: ConnectionClock
    private let tools: EdgeTools
    private let stock: LoopStock
    private let client: ClientAddress
    private let presence: ClientPresence
    private var handedDown = 0
    /// What had been handed down when it was last asked how much of it waits. Nothing did, unless the clock knows of a stall.
    private var noted = 0
    private var timer: Timer?
    private var context: ChannelHandlerContext?

    init(
        tools: EdgeTools, stock: LoopStock, client: ClientAddress, presence: ClientPresence,
        accepted now: NIODeadline
    ) {
        self.tools = tools
        self.stock = stock
        self.client = client
        self.presence = presence
        clock = ConnectionClock(limits: tools.limits, accepted: now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        arm(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { retire() }

    func channelInactive(context: ChannelHandlerContext) {
        retire()
        presence.end()
        context.fireChannelInactive()
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch clock.bytesArrived(unwrapInboundIn(data).readableBytes, at: context.eventLoop.now) {
        case .deliver: context.fireChannelRead(data)
        case .drop: break
        case .close: context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        clock.readDone(at: context.eventLoop.now)
        arm(context)
        context.fireChannelReadComplete()
        if clock.isLingering { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ChannelEvent {
        case .some(.outputClosed):
            clock.outputClosed(at: context.eventLoop.now)
            arm(context)
            context.read()
        case .some(.inputClosed):
            presence.end()
        case nil:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Outbound

    func read(context: ChannelHandlerContext) {
        // A connection that is ending reads on its own account.
        guard !clock.isEnding else { return }
        clock.readAsked(at: context.eventLoop.now)
        arm(context)
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        handedDown += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        flushed(context)
    }

    /// Writes and flushes an answer to a request of which nobody behind has heard.
    func send(_ answer: ByteBuffer) {
        guard let context else { return }
        handedDown += answer.readableBytes
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(answer)), promise: nil)
        flushed(context)
    }

    private func flushed(_ context: ChannelHandlerContext) {
        if isSmallEnd {
            clock.wroteUnasked(taken: noted, at: context.eventLoop.now)
        } else {
            noteProgress(context)
        }
        arm(context)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .input:
            context.close(mode: mode, promise: promise)
        case .output:
            clock.outputClosing()
            context.close(mode: mode, promise: promise)
        case .all where clock.isEnding:
            // Closing at once would let the kernel throw away an answer that the client has not read.
            context.channel.closeFuture.cascade(to: promise)
        case .all:
            context.close(mode: mode, promise: promise)
        }
    }

    // MARK: Time

    /// One timer per connection: it is moved only when a deadline comes nearer, and looks again when it fires early.
    private func arm(_ context: ChannelHandlerContext) {
        guard self.context != nil, let deadline = clock.deadline else { return }
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: deadline) {
            bound.value.handler.timerFired(bound.value.context)
        }
        timer = Timer(deadline: deadline, task: task)
    }

    private func retire() {
        context = nil
        timer?.task.cancel()
        timer = nil
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        noteProgress(context)
        switch clock.expire(at: context.eventLoop.now) {
        case .close: context.close(promise: nil)
        case .headTooSlow: refuseHead(context)
        case .bodyTooSlow: context.fireUserInboundEventTriggered(BodyTooSlow())
        case nil: break
        }
        arm(context)
    }

    /// Written past the HTTP encoder: there is no request yet that it could answer.
    private func refuseHead(_ context: ChannelHandlerContext) {
        let answer = tools.answer(
            .headTooSlow, requestID: stock.makeRequestID(), client: client, date: stock.date)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(answer.bytes)), promise: nil)
        close(context: context, mode: .output, promise: nil)
    }

    /// Whether only a small answer was flushed, with which a request has ended. Asking how much of it waits costs more than
    /// writing it: that is asked when it may have waited for too long.
    private var isSmallEnd: Bool { clock.isIdle && !clock.isStalled && handedDown - noted < SocketWatch.smallBytes }

    private func noteProgress(_ context: ChannelHandlerContext) {
        noted = handedDown
        // The option fails on a closed channel only, where nothing waits any more.
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        clock.wrote(taken: handedDown - waiting, waiting: waiting, at: context.eventLoop.now)
    }
}

@available(*, unavailable)
extension SocketWatch: Sendable {}
