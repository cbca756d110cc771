import NIOCore
import Testing
import VinciAPI

@testable import VinciClient

@Suite("A reply that overtakes a long upload", .timeLimit(.minutes(1))) struct EarlyReplyTests {
    private static let imageBytes = 12_000_000

    private func submit(_ steps: RawServer.Step...) async throws -> (verdict: String, posts: Int) {
        let server = try await RawServer(receiveBytes: 8192) { _ in
            RawServer.Script(moment: .head, readsBody: false, steps: steps)
        }
        let outcome = try await Fixture.withClient(of: server) { client in
            try await Fixture.withImageOrder(bytes: Self.imageBytes) { order, _ in await client.submit(order).outcome }
        }
        return (outcome.verdict, server.posts)
    }

    // Many at once: how far an upload has got when its reply comes depends on how busy the machine is.
    @Test("in one piece decides the order", arguments: 0..<12) func atOnce(_: Int) async throws {
        #expect(try await submit(.reply(413, #"{"detail":"File too large"}"#)) == ("rejected 413", 1))
        #expect(try await submit(.reply(429, "", "Retry-After: 3")) == ("rate limited 3", 1))
        #expect(try await submit(.accepted) == ("accepted", 1))
    }

    @Test("in pieces decides the order") func inPieces() async throws {
        let head = "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n"
        let result = try await submit(
            .send(head), .pause(.milliseconds(30)), .send("2\r\n{}\r\n"), .pause(.milliseconds(30)), .send("0\r\n\r\n"))
        #expect(result == ("key rejected 401", 1))
    }

    @Test("cut off leaves the order unknown") func cutOff() async throws {
        let head = "HTTP/1.1 413 Too Large\r\nContent-Length: 50\r\n\r\n{"
        #expect(try await submit(.send(head), .close) == ("unknown 413", 1))
    }

    @Test("without end is given up at the bound") func endless() async throws {
        let head = "HTTP/1.1 413 Too Large\r\n\r\n"
        let result = try await submit(.send(head), .send(String(repeating: "x", count: 70_000)))
        #expect(result == ("unknown 413", 1))
    }
}
