import NIOCore
import NIOPosix

/// One connection to a ``RawUpstream``.
final class RawConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let upstream: RawUpstream
    private let behaviour: Behaviour
    private let number: Int
    private var received: [UInt8] = []
    private var current: RawRequestHead?
    private var missing = 0
    private var body: [UInt8] = []
    private var hasBegun = false
    private var orders = 0

    init(upstream: RawUpstream, number: Int, _ behaviour: Behaviour) {
        self.upstream = upstream
        self.number = number
        self.behaviour = behaviour
    }

    func channelActive(context: ChannelHandlerContext) {
        if behaviour.moment == .connected {
            if !behaviour.readsBody { context.channel.setOption(.autoRead, value: false).whenFailure { _ in } }
            begin(context.channel)
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        upstream.disconnected(number)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        while takeHead(context.channel), takeBody(context.channel) {}
    }

    /// - Returns: whether a whole head is there.
    private func takeHead(_ channel: any Channel) -> Bool {
        guard current == nil else { return true }
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
        let head = RawRequestHead(received[..<end.lowerBound])
        received.removeFirst(end.upperBound)
        current = head
        missing = head.contentLength
        body = []
        upstream.arrived(head, on: number)
        guard head.isPost else { return true }
        orders += 1
        if !behaviour.readsBody { channel.setOption(.autoRead, value: false).whenFailure { _ in } }
        if behaviour.moment == .head { begin(channel) }
        return true
    }

    /// - Returns: whether a whole request was taken.
    private func takeBody(_ channel: any Channel) -> Bool {
        guard let head = current else { return false }
        let part = received.prefix(missing)
        received.removeFirst(part.count)
        missing -= part.count
        body += part
        if head.isPost { upstream.arrived(part, isWhole: missing == 0, on: number) }
        if head.isPost, case .bodyBytes(let bytes) = behaviour.moment, body.count >= bytes { begin(channel) }
        guard missing == 0 else { return false }
        current = nil
        if !head.isPost {
            perform([head.usualReply][...], channel)
        } else if behaviour.moment == .order {
            hasBegun = false
            begin(channel)
        }
        return true
    }

    private func begin(_ channel: any Channel) {
        guard !hasBegun else { return }
        hasBegun = true
        perform(behaviour.steps[...], channel)
    }

    private func perform(_ steps: ArraySlice<Behaviour.Step>, _ channel: any Channel) {
        guard let step = steps.first else { return }
        let loop = channel.eventLoop
        let done: EventLoopFuture<Void>
        var rest = steps.dropFirst()
        switch step {
        case .send(let text): done = channel.writeAndFlush(ByteBuffer(string: text))
        case .take:
            done = loop.makeSucceededVoidFuture()
            rest = [.reply(200, #"{"request_id":"req_of_\#(number)_\#(orders)","status":"pending"}"#)] + rest
        case .choose(let steps):
            done = loop.makeSucceededVoidFuture()
            rest = steps(body) + rest
        case .sendForever(let text):
            done = channel.writeAndFlush(ByteBuffer(string: text))
            rest = steps
        case .pause(let time): done = loop.scheduleTask(in: time) {}.futureResult
        case .wait: done = upstream.released(on: loop)
        case .end: done = channel.close(mode: .output)
        case .close: done = channel.close()
        case .reset: done = Self.reset(channel)
        }
        done.assumeIsolated().whenSuccess { self.perform(rest, channel) }
    }

    private static func reset(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        return socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).flatMap { channel.close() }
    }
}

/// The part of a request's head that a raw upstream looks at.
struct RawRequestHead: Sendable {
    let isPost: Bool
    let path: String
    let contentLength: Int

    init(_ bytes: ArraySlice<UInt8>) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let request = (lines.first ?? "").split(separator: " ")
        isPost = request.first == "POST"
        path = request.count > 1 ? String(request[1]) : ""
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
        contentLength = length.flatMap { Int($0.split(separator: ":")[1].filter { $0 != " " }) } ?? 0
    }

    /// What Vinci would say to a question.
    var usualReply: Behaviour.Step {
        guard path.hasPrefix("/api/v1/status/"), let id = path.split(separator: "/").last else {
            return .reply(503, "")
        }
        return .reply(200, #"{"request_id":"\#(id)","status":"pending","estimated_cost_usd":0.25}"#)
    }
}
