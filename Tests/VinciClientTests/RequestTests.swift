import Foundation
import Testing
import VinciAPI

@testable import VinciClient

@Suite("A request as Vinci sees it", .timeLimit(.minutes(1))) struct RequestTests {
    private func sent(_ call: (VinciClient) async throws -> Void) async throws -> RawServer.Request {
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server, call)
        #expect(server.requests.count == 1)
        return try #require(server.requests.first)
    }

    @Test("has our headers, the key once and nothing else") func headers() async throws {
        let request = try await sent { _ = await $0.submit(Fixture.textOrder) }
        let lines = request.head.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "POST /api/v1/generate/text-to-video HTTP/1.1")
        let names = lines.dropFirst().compactMap { $0.split(separator: ":").first?.lowercased() }
        let expected = [
            "accept", "accept-encoding", "authorization", "content-length", "content-type", "host", "user-agent",
        ]
        #expect(names.sorted() == expected)
        #expect(request.values("Authorization") == ["Bearer \(canary)"])
        #expect(request.values("User-Agent") == ["vinci-gateway"])
    }

    @Test("for text is JSON with its keys in order") func text() async throws {
        let order = TextToVideoRequest(prompt: "Ein \"See\" / 湖\n", durationSeconds: 8, aspectRatio: .portrait, seed: 7)
        let request = try await sent { _ = await $0.submit(.text(order)) }
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(
            body == #"{"aspect_ratio":"9:16","duration_seconds":8,"prompt":"Ein \"See\" / 湖\n","seed":7}"#)
        #expect(request.values("Content-Type") == ["application/json"])
    }

    @Test("for an image is the form with the file's own bytes", arguments: [1, 65_536, 65_537, 300_000])
    func image(bytes: Int) async throws {
        let prompt = "Smile\r\n--x\r\nContent-Disposition: form-data; name=\"seed\"\r\n\r\n1"
        try await Fixture.withImageOrder(bytes: bytes, prompt: prompt) { order, content in
            let request = try await sent { _ = await $0.submit(order) }
            let type = try #require(request.values("Content-Type").first)
            let boundary = try #require(type.split(separator: "boundary=").last)
            let opening =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n\(prompt)\r\n"
                + "--\(boundary)\r\nContent-Disposition: form-data; name=\"duration_seconds\"\r\n\r\n6\r\n"
                + "--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"; filename=\"image.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n"
            #expect(request.body == Array(opening.utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8))
            #expect(request.values("Transfer-Encoding").isEmpty)
        }
    }

    @Test("for each question names the documented path") func paths() async throws {
        let calls: [(String, @Sendable (VinciClient) async -> Void)] = [
            ("GET /api/v1/status/req_1", { _ = await $0.status(of: "req_1") }),
            ("GET /api/v1/billing/balance", { _ = await $0.balance() }),
            ("GET /api/v1/billing/usage?days=7", { _ = await $0.usage(days: 7) }),
            ("GET /api/v1/keys", { _ = await $0.keys() }),
            ("POST /api/v1/keys", { _ = await $0.createKey(NewKeyRequest(name: "n", rateLimit: 5)) }),
            ("DELETE /api/v1/keys/vinci_1", { _ = await $0.revokeKey("vinci_1") }),
        ]
        for (line, call) in calls {
            let request = try await sent { await call($0) }
            #expect(request.head.hasPrefix("\(line) HTTP/1.1\r\n"))
        }
    }

    @Test("is not made from an id that is none", arguments: ["", "../keys", "a?b", "a b", "a\r\nX: y", "é"])
    func badID(id: String) async throws {
        let server = try await RawServer(.accepted)
        let refusal = "not sent: this is no id of Vinci's"
        try await Fixture.withClient(of: server) { client in
            #expect(await client.status(of: id).outcome == .failed(.unreachable(reason: refusal)))
            #expect(await client.revokeKey(id).outcome == .failed(.unreachable(reason: refusal)))
        }
        #expect(server.connections == 0)
    }

    @Test("draws its boundary from 128 random bits") func boundary() {
        var generator = Seeded(state: 1)
        let first = MultipartForm.randomBoundary(using: &generator)
        let second = MultipartForm.randomBoundary(using: &generator)
        #expect(first != second)
        #expect(first.utf8.count <= 70)
        #expect(first.hasPrefix("vinci-gateway-"))
    }
}
