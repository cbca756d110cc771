import GatewayHTTP
import Hummingbird
import NIOCore
import Testing

@Suite("A body that nobody wants", .timeLimit(.minutes(2))) struct EdgeDrainTests {
    static let refusing: TestRoute = { _, context in
        ProblemReply(.invalidToken, detail: "Invalid API key").response(requestID: context.requestID)
    }

    static func post(_ path: String, length: Int) -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
    }

    @Test("does not keep its sender from reading the refusal", arguments: ["/by/a/route", "/by//the/edge"])
    func small(path: String) async throws {
        try await EdgeHarness.run(route: Self.refusing) { edge in
            let client = try await edge.connect()
            await client.send(Self.post(path, length: 60_000))
            await client.send(ByteBuffer(repeating: 1, count: 50_000))
            let answer = try await client.untilClosed()
            #expect(answer.contains("\"request_id\"") && answer.contains("Connection: close"), "\(answer)")
            await client.close()
        }
    }

    @Test("is not read beyond 64 KiB", arguments: ["/by/a/route", "/by//the/edge"])
    func large(path: String) async throws {
        // Time must not be what ends the connection here.
        var limits = EdgeLimits()
        limits.drainTime = .seconds(60)
        try await EdgeHarness.run(limits, route: Self.refusing) { [limits] edge in
            let client = try await edge.connect()
            await client.send(Self.post(path, length: 1 << 30))
            let piece = ByteBuffer(repeating: 1, count: 16 * 1024)
            let spent = await ContinuousClock().measure {
                // Goes on when the answer is there: only the server's end of the connection stops it.
                while await client.send(piece) {}
            }
            #expect(spent < limits.drainTime)
            await client.close()
        }
    }

    @Test("is waited for no longer than the drain time", arguments: ["/by/a/route", "/by//the/edge"])
    func never(path: String) async throws {
        var limits = EdgeLimits()
        limits.drainTime = .milliseconds(100)
        try await EdgeHarness.run(limits, route: Self.refusing) { edge in
            let client = try await edge.connect()
            await client.send(Self.post(path, length: 1000))
            try await client.untilClosed()
            while edge.tools.connections.open > 0 { try await Task.sleep(for: .milliseconds(5)) }
            await client.close()
        }
    }
}
