import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on a real socket that treats every order as its behaviour says, however wrong, and remembers all of them.
/// Questions about jobs are answered as Vinci would: pending; others with 503.
final class RawUpstream: Sendable {
    /// A POST whose head has arrived.
    struct Post: Sendable {
        let path: String
        let connection: Int
        var body: [UInt8] = []
        /// Whether all of the body has arrived.
        var isWhole = false
    }

    private struct Seen {
        var behaviour: Behaviour
        var connections = 0
        /// Connections that carry an order.
        var orders: Set<Int> = []
        var posts: [Post] = []
        var otherPaths: [String] = []
        var isReleased = false
        var waiting: [EventLoopPromise<Void>] = []
    }

    private let seen: Mutex<Seen>
    private let listener = Mutex<(any Channel)?>(nil)

    private init(_ behaviour: Behaviour) { seen = Mutex(Seen(behaviour: behaviour)) }

    /// A server for as long as `body` runs.
    /// - receiveBytes: the kernel's receive buffer; a small one makes an unread upload stall soon.
    static func run<Value>(
        _ behaviour: Behaviour, tls: NIOSSLContext? = nil, receiveBytes: Int? = nil,
        _ body: (RawUpstream) async throws -> Value
    ) async throws -> Value {
        let upstream = RawUpstream(behaviour)
        try await upstream.listen(tls: tls, receiveBytes: receiveBytes)
        let value: Result<Value, any Error>
        do { value = .success(try await body(upstream)) } catch { value = .failure(error) }
        upstream.release()
        try? await upstream.listener.withLock { $0 }?.close()
        return try value.get()
    }

    private func listen(tls: NIOSSLContext?, receiveBytes: Int?) async throws {
        var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { [self] child in
                child.eventLoop.makeCompletedFuture {
                    if let tls { try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try child.pipeline.syncOperations.addHandler(connected())
                }
            }
        if let receiveBytes {
            bootstrap = bootstrap.serverChannelOption(.socketOption(.so_rcvbuf), value: receiveBytes)
        }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        listener.withLock { $0 = channel }
    }

    // MARK: For tests

    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }
    var posts: [Post] { seen.withLock { $0.posts } }
    /// Orders whose connections are still open.
    var openOrders: Int { seen.withLock { $0.orders.count } }
    /// What was asked for beside orders and the gateway's own questions.
    var strayPaths: [String] {
        seen.withLock { seen in
            (seen.otherPaths + seen.posts.map(\.path)).filter { !$0.hasPrefix("/api/v1/") }
        }
    }

    /// From the next connection on.
    func behave(_ behaviour: Behaviour) { seen.withLock { $0.behaviour = behaviour } }

    /// Lets all steps that wait go on, those to come included.
    func release() {
        let waiting = seen.withLock { seen in
            seen.isReleased = true
            defer { seen.waiting = [] }
            return seen.waiting
        }
        for promise in waiting { promise.succeed() }
    }

    // MARK: For its connections

    private func connected() -> RawConnection {
        seen.withLock { seen in
            seen.connections += 1
            return RawConnection(upstream: self, number: seen.connections, seen.behaviour)
        }
    }

    func disconnected(_ connection: Int) { seen.withLock { _ = $0.orders.remove(connection) } }

    func arrived(_ head: RawRequestHead, on connection: Int) {
        seen.withLock { seen in
            if head.isPost {
                seen.posts.append(Post(path: head.path, connection: connection))
                seen.orders.insert(connection)
            } else {
                seen.otherPaths.append(head.path)
            }
        }
    }

    func arrived(_ body: ArraySlice<UInt8>, isWhole: Bool, on connection: Int) {
        seen.withLock { seen in
            guard let index = seen.posts.lastIndex(where: { $0.connection == connection }) else { return }
            seen.posts[index].body += body
            seen.posts[index].isWhole = isWhole
        }
    }

    func released(on loop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        let isReleased = seen.withLock { seen in
            if !seen.isReleased { seen.waiting.append(promise) }
            return seen.isReleased
        }
        if isReleased { promise.succeed() }
        return promise.futureResult
    }
}
