import GatewayHTTP
import Hummingbird
import NIOCore
import Testing

@Suite("A graceful shutdown", .timeLimit(.minutes(1))) struct EdgeShutdownTests {
    @Test("finishes what is running, says goodbye with it, and closes idle connections at once")
    func finishes() async throws {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let (releases, release) = AsyncStream<Void>.makeStream()
        let route: TestRoute = { request, _ in
            if request.uri.path == "/slow" {
                arrived.yield()
                for await _ in releases { break }
            }
            return try await EdgeHarness.echo(request)
        }
        try await EdgeHarness.run(route: route) { edge in
            let idle = try await edge.connect()
            await idle.send("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n")
            try await idle.until { $0.hasSuffix("GET /idle 0") }
            let fresh = try await edge.connect()
            let running = try await edge.connect()
            await running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            for await _ in arrivals { break }

            await edge.shutDown()
            try await idle.untilClosed(within: .seconds(5))
            try await fresh.untilClosed(within: .seconds(5))
            await #expect(throws: (any Error).self) { try await edge.connect() }
            #expect(!running.isClosed)

            release.yield()
            let answer = try await running.untilClosed(within: .seconds(5))
            #expect(answer.hasSuffix("GET /slow 0") && answer.count(of: "HTTP/1.1 ") == 1, "\(answer)")
            #expect(answer.lowercased().contains("connection: close"), "\(answer)")
            for client in [idle, fresh, running] { await client.close() }
        }
    }
}
