import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on a real socket that does what its steps say once a request's head has come, however wrong.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case send(String)
        case sendBytes(Int)
        case wait
        case close
    }

    private let steps: [Step]
    private let seen = Mutex<[String]>([])
    private let accepted = Mutex(0)
    private let listener = Mutex<(any Channel)?>(nil)

    convenience init(_ steps: Step..., host: String = "127.0.0.1", tls: NIOSSLContext? = nil) async throws {
        try await self.init(steps, host: host, tls: tls)
    }

    init(_ steps: [Step], host: String = "127.0.0.1", tls: NIOSSLContext? = nil) async throws {
        self.steps = steps
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [self] child in
                child.eventLoop.makeCompletedFuture {
                    accepted.withLock { $0 += 1 }
                    if let tls { try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try child.pipeline.syncOperations.addHandler(Connection(server: self))
                }
            }
            .bind(host: host, port: 0).get()
        listener.withLock { $0 = channel }
    }

    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }
    /// Everything that clients have sent, a text for each connection.
    var requests: [String] { seen.withLock { $0 } }
    var connections: Int { accepted.withLock { $0 } }

    func close() async {
        let channel = listener.withLock { $0 }
        try? await channel?.close()
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let server: ScriptedServer
        private var received = ""
        private var index: Int?

        init(server: ScriptedServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.contains("\r\n\r\n") else { return }
            server.seen.withLock { seen in
                if let index {
                    seen[index] = received
                } else {
                    index = seen.count
                    seen.append(received)
                    server.perform(context.channel)
                }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private func perform(_ channel: any Channel) {
        for step in steps {
            switch step {
            case .send(let text): channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            case .sendBytes(let count):
                channel.writeAndFlush(ByteBuffer(repeating: UInt8(ascii: "v"), count: count), promise: nil)
            case .wait: return
            case .close: channel.close(promise: nil)
            }
        }
    }
}

extension ScriptedServer.Step {
    /// A well-formed reply with a length.
    static func reply(_ status: Int, _ body: String = "", _ headers: String...) -> Self {
        let lines = headers.map { "\($0)\r\n" }.joined()
        return .send("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
    }

    static func head(_ lines: String...) -> Self {
        .send("HTTP/1.1 200 OK\r\n\(lines.map { "\($0)\r\n" }.joined())\r\n")
    }
}
