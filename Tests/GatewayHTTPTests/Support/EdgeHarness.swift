import GatewayFlow
import GatewayHTTP
import Hummingbird
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

typealias TestRoute = @Sendable (Request, GatewayRequestContext) async throws -> Response

/// A real listener on a free port, with one function for all routes.
struct EdgeHarness {
    let port: Int
    let tools: EdgeTools
    let notes: Notes
    let shutDown: @Sendable () async -> Void

    final class Notes: Sendable {
        private let list = Mutex<[EdgeNote]>([])
        var all: [EdgeNote] { list.withLock { $0 } }
        func add(_ note: EdgeNote) { list.withLock { $0.append(note) } }
    }

    static func run(
        _ limits: EdgeLimits = EdgeLimits(), route: @escaping TestRoute = { request, _ in try await echo(request) },
        _ body: @escaping @Sendable (EdgeHarness) async throws -> Void
    ) async throws {
        let notes = Notes()
        let tools = EdgeTools(limits: limits, now: SystemWallClock().now, observe: { notes.add($0) })
        try await serve(CallbackResponder(callback: route), tools, notes, body)
    }

    static func serve<Inner: HTTPResponder>(
        _ inner: Inner, _ tools: EdgeTools, _ notes: Notes = Notes(),
        _ body: @escaping @Sendable (EdgeHarness) async throws -> Void
    ) async throws where Inner.Context == GatewayRequestContext {
        let (ports, bound) = AsyncStream<Int>.makeStream()
        let server = EdgeServer(
            address: .hostname("127.0.0.1", port: 0), inner: inner, tools: tools,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet,
            onRunning: { port in bound.yield(port ?? 0) })
        let group = ServiceGroup(configuration: .init(services: [server], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                let shutDown: @Sendable () async -> Void = { await group.triggerGracefulShutdown() }
                let harness = EdgeHarness(port: port, tools: tools, notes: notes, shutDown: shutDown)
                do {
                    try await body(harness)
                } catch {
                    tasks.cancelAll()
                    throw error
                }
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    func connect() async throws -> RawClient { try await RawClient.connect(port) }

    /// One request on a connection of its own, and all that came back.
    func exchange(_ request: String) async throws -> String {
        let client = try await connect()
        await client.send(request)
        let answer = try await client.untilClosed()
        await client.close()
        return answer
    }

    /// Method, path and the length of the body, which is read to its end.
    static func echo(_ request: Request) async throws -> Response {
        var count = 0
        for try await piece in request.body { count += piece.readableBytes }
        let text = "\(request.method.rawValue) \(request.uri.string) \(count)"
        return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static var quiet: Logger {
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return logger
    }
}

extension String {
    /// How often `part` occurs.
    func count(of part: String) -> Int { ranges(of: part).count }
}
