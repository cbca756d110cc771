import GatewayCore
import GatewayTesting
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import GatewayHTTP

/// What a client sends without taking its answers must not pile up as answers in memory.
@Suite("A client that takes no answers") struct UntakenAnswerTests {
    private static let poll = """
        GET /api/v1/status/job_00000000000000000000000000 HTTP/1.1\r
        Host: vinci\r
        \r

        """

    @Test("gets its polls answered on the event loop as long as it takes them")
    func takes() throws {
        let connection = try Connection()
        for _ in 0..<5 { #expect(try connection.answers(UntakenAnswerTests.poll)) }
        #expect(try connection.requestsForRoutes() == 0)
    }

    @Test("waits for the routes, which wait for it", arguments: [0, 1, 4])
    func waits(taken: Int) throws {
        let connection = try Connection()
        for _ in 0..<taken { #expect(try connection.answers(UntakenAnswerTests.poll)) }
        connection.channel.isWritable = false
        #expect(try !connection.answers(UntakenAnswerTests.poll))
        #expect(try connection.requestsForRoutes() == 1)
    }
}

/// The handlers of a connection up to where the routes begin, before a hot path that answers everything.
private final class Connection {
    let channel = EmbeddedChannel()

    init() throws {
        let clock = ManualClock()
        let tools = EdgeTools(
            limits: EdgeLimits(), now: clock.wall.now, hotPath: EdgeHotPath(Always()), answersOnLoop: true)
        let stock = tools.stocks.stock(of: channel.eventLoop)
        let watch = SocketWatch(
            tools: tools, stock: stock, client: .local, presence: ClientPresence(), accepted: channel.eventLoop.now)
        let edge = EdgeHandler(watch: watch, tools: tools, stock: stock, client: .local)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([
            watch, RequestMemo(hot: Always(), edge: edge, watch: watch, stock: stock, client: .local),
        ])
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: false)
        try pipeline.addHandler(edge)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    /// Whether anything is written when this comes.
    func answers(_ request: String) throws -> Bool {
        try channel.writeInbound(ByteBuffer(string: request))
        var isAnswered = false
        while try channel.readOutbound(as: IOData.self) != nil { isAnswered = true }
        return isAnswered
    }

    func requestsForRoutes() throws -> Int {
        var heads = 0
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .head = part { heads += 1 }
        }
        return heads
    }
}

private struct Always: HotPath {
    func open(_ head: HTTPRequestHead) -> HotRequest? { HotRequest(head) }

    func answer(_ request: inout HotRequest, requestID: CallID, client: ClientAddress) -> HotAnswer? {
        var head = HotHead()
        head.add(.contentLength, "2")
        return HotAnswer(status: .ok, head: head, body: "{}")
    }
}
