import NIOCore
import NIOPosix
import Synchronization

/// A TCP client that sends exactly the bytes it is told and keeps exactly the bytes it gets.
final class RawClient: Sendable {
    struct TimedOut: Error {
        let received: String
    }

    private let channel: any Channel
    private let inbox: Inbox

    private init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// - reads: false never takes a byte from the socket, with as small a buffer as the kernel allows.
    static func connect(_ port: Int, reads: Bool = true) async throws -> RawClient {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: reads)
            .channelOption(.socketOption(.so_rcvbuf), value: reads ? 1 << 20 : 4096)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(inbox: inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, inbox: inbox)
    }

    /// - Returns: whether the connection took the bytes. It may be closed by now, which is for the answer to show.
    @discardableResult
    func send(_ text: String) async -> Bool { await send(ByteBuffer(string: text)) }

    @discardableResult
    func send(_ bytes: ByteBuffer) async -> Bool {
        do {
            try await channel.writeAndFlush(bytes).get()
            return true
        } catch {
            return false
        }
    }

    func closeOutput() async { try? await channel.close(mode: .output).get() }

    func close() async { try? await channel.close().get() }

    /// Everything received so far.
    var received: String { inbox.state.withLock { String(buffer: $0.bytes) } }

    var isClosed: Bool { inbox.state.withLock { $0.isClosed } }

    /// Waits until the server has closed its side.
    @discardableResult
    func untilClosed(within limit: TimeAmount = .seconds(20)) async throws -> String {
        try await wait(limit) { $0.isClosed }
    }

    @discardableResult
    func until(
        within limit: TimeAmount = .seconds(20), _ isEnough: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        try await wait(limit) { isEnough(String(buffer: $0.bytes)) }
    }

    /// As ``until(within:_:)``, or until the server has closed its side.
    @discardableResult
    func untilClosed(or isEnough: @escaping @Sendable (String) -> Bool) async throws -> String {
        try await wait(.seconds(20)) { $0.isClosed || isEnough(String(buffer: $0.bytes)) }
    }

    private func wait(
        _ limit: TimeAmount, _ isEnough: @escaping @Sendable (Inbox.State) -> Bool
    ) async throws -> String {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let timeout = channel.eventLoop.scheduleTask(in: limit) { [inbox] in
            let text = inbox.state.withLock { String(buffer: $0.bytes) }
            promise.fail(TimedOut(received: text))
        }
        channel.eventLoop.execute { [inbox] in inbox.await(promise, isEnough) }
        defer { timeout.cancel() }
        try await promise.futureResult.get()
        return received
    }
}

/// What a client has received, and who waits for more.
private final class Inbox: Sendable {
    struct State {
        var bytes = ByteBuffer()
        var isClosed = false
        var waiters: [(EventLoopPromise<Void>, @Sendable (State) -> Bool)] = []
    }

    let state = Mutex(State())

    func await(_ promise: EventLoopPromise<Void>, _ isEnough: @escaping @Sendable (State) -> Bool) {
        change { $0.waiters.append((promise, isEnough)) }
    }

    func change(_ body: (inout State) -> Void) {
        let ready = state.withLock { state in
            body(&state)
            let view = state
            let ready = state.waiters.filter { $0.1(view) }.map(\.0)
            state.waiters.removeAll { $0.1(view) }
            return ready
        }
        for promise in ready { promise.succeed() }
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbox: Inbox

    init(inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        inbox.change { $0.bytes.writeImmutableBuffer(bytes) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { inbox.change { $0.isClosed = true } }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.change { $0.isClosed = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
