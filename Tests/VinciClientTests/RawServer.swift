import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on a real socket that does what its script says, however wrong, and remembers every request it saw.
final class RawServer: Sendable {
    struct Script: Sendable {
        /// When the steps are run.
        enum Moment: Sendable {
            case connected, head, request
        }

        var moment = Moment.request
        /// False: nothing after the head is taken from the socket, so a long upload stalls.
        var readsBody = true
        var steps: [Step]
    }

    enum Step: Sendable {
        case send(String)
        case pause(TimeAmount)
        case wait(for: EventLoopFuture<Void>)
        case close
        case reset
    }

    struct Request: Sendable {
        let connection: Int
        let head: String
        var body: [UInt8] = []

        func values(_ name: String) -> [String] {
            head.split(separator: "\r\n").compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
                return parts[1].trimmingPrefix(while: \.isWhitespace).description
            }
        }
    }

    enum Event: Sendable, Equatable {
        case request
        /// All steps were taken.
        case done
        case closed
    }

    private struct Seen {
        var connections = 0
        var requests: [Request] = []
    }

    private let seen = Mutex(Seen())
    private let script: @Sendable (Int) -> Script
    private let report: AsyncStream<Event>.Continuation
    /// What happened, in order; for one reader.
    let events: AsyncStream<Event>
    private let listener = Mutex<(any Channel)?>(nil)

    /// - script: for the n-th connection, from 0.
    /// - receiveBytes: the kernel's receive buffer; a small one makes an unread upload stall soon.
    init(
        tls: NIOSSLContext? = nil, receiveBytes: Int? = nil, _ script: @escaping @Sendable (Int) -> Script
    ) async throws {
        self.script = script
        (events, report) = AsyncStream.makeStream()
        var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] child in
                child.eventLoop.makeCompletedFuture {
                    if let tls { try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try child.pipeline.syncOperations.addHandler(Connection(server: self, number: connected()))
                }
            }
        if let receiveBytes {
            bootstrap = bootstrap.serverChannelOption(.socketOption(.so_rcvbuf), value: receiveBytes)
        }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        listener.withLock { $0 = channel }
    }

    convenience init(_ steps: Step...) async throws {
        try await self.init { _ in Script(steps: steps) }
    }

    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }
    var requests: [Request] { seen.withLock { $0.requests } }
    var connections: Int { seen.withLock { $0.connections } }
    var posts: Int { requests.count { $0.head.hasPrefix("POST ") } }

    func close() async {
        let channel = listener.withLock { $0 }
        try? await channel?.close()
    }

    private func connected() -> Int {
        seen.withLock { seen in
            seen.connections += 1
            return seen.connections - 1
        }
    }

    private func arrived(_ request: Request) {
        seen.withLock { $0.requests.append(request) }
        report.yield(.request)
    }

    private func completed(body: [UInt8], connection: Int) {
        seen.withLock { seen in
            guard let index = seen.requests.lastIndex(where: { $0.connection == connection }) else { return }
            seen.requests[index].body = body
        }
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let server: RawServer
        private let number: Int
        private let script: Script
        private var received: [UInt8] = []
        private var bodyLength: Int?

        init(server: RawServer, number: Int) {
            self.server = server
            self.number = number
            script = server.script(number)
        }

        func channelActive(context: ChannelHandlerContext) {
            if script.moment == .connected { perform(script.steps[...], context.channel) }
            context.fireChannelActive()
        }

        func channelInactive(context: ChannelHandlerContext) {
            server.report.yield(.closed)
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            while takeHead(context.channel), takeBody(context.channel) {}
        }

        /// - Returns: whether a whole head is there.
        private func takeHead(_ channel: any Channel) -> Bool {
            guard bodyLength == nil else { return true }
            guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
            let request = Request(
                connection: number, head: String(decoding: received[..<end.lowerBound], as: UTF8.self))
            received.removeFirst(end.upperBound)
            bodyLength = request.values("Content-Length").first.flatMap { Int($0) } ?? 0
            server.arrived(request)
            if !script.readsBody { channel.setOption(.autoRead, value: false).whenFailure { _ in } }
            if script.moment == .head { perform(script.steps[...], channel) }
            return true
        }

        /// - Returns: whether a whole request was taken.
        private func takeBody(_ channel: any Channel) -> Bool {
            guard let length = bodyLength, received.count >= length else { return false }
            server.completed(body: Array(received.prefix(length)), connection: number)
            received.removeFirst(length)
            bodyLength = nil
            if script.moment == .request { perform(script.steps[...], channel) }
            return true
        }

        private func perform(_ steps: ArraySlice<Step>, _ channel: any Channel) {
            guard let step = steps.first else {
                server.report.yield(.done)
                return
            }
            let loop = channel.eventLoop
            let done: EventLoopFuture<Void> =
                switch step {
                case .send(let text): channel.writeAndFlush(ByteBuffer(string: text))
                case .pause(let time): loop.scheduleTask(in: time) {}.futureResult
                case .wait(let signal): signal.hop(to: loop)
                case .close: channel.close()
                case .reset: Self.reset(channel)
                }
            done.assumeIsolated().whenSuccess { self.perform(steps.dropFirst(), channel) }
        }

        private static func reset(_ channel: any Channel) -> EventLoopFuture<Void> {
            guard let socket = channel as? any SocketOptionProvider else {
                return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
            }
            return socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).flatMap { channel.close() }
        }
    }
}

extension RawServer.Step {
    /// A well-formed reply with a length.
    static func reply(_ status: Int, _ body: String, _ headers: String...) -> RawServer.Step {
        let lines = headers.map { "\($0)\r\n" }.joined()
        return .send("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
    }

    static let accepted = reply(200, #"{"request_id":"req_1","status":"pending","estimated_cost_usd":0.25}"#)
}
