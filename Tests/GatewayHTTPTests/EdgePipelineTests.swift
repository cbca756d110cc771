import GatewayHTTP
import Hummingbird
import NIOCore
import Testing

@Suite("Two requests sent at once", .timeLimit(.minutes(3))) struct EdgePipelineTests {
    static let slow: TestRoute = { request, _ in
        for _ in 0..<Int.random(in: 1...20) { await Task.yield() }
        return try await EdgeHarness.echo(request)
    }

    @Test("are answered in their order, though the edge refuses the second at once")
    func order() async throws {
        try await EdgeHarness.run(route: Self.slow) { edge in
            for _ in 0..<1000 {
                let answers = try await edge.exchange(
                    "GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET //second HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(answers.count(of: "HTTP/1.1 ") == 2, "\(answers)")
                #expect(answers.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answers)")
                #expect(answers.contains("GET /first 0HTTP/1.1 400 Bad Request"), "\(answers)")
            }
        }
    }

    @Test("are answered in their order, though the second cannot be parsed")
    func unparsable() async throws {
        try await EdgeHarness.run(route: Self.slow) { edge in
            for _ in 0..<100 {
                let answers = try await edge.exchange("GET /first HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n")
                #expect(answers.contains("GET /first 0HTTP/1.1 400 Bad Request"), "\(answers)")
            }
        }
    }

    @Test("after a refused one are never answered")
    func afterRefusal() async throws {
        try await EdgeHarness.run { edge in
            let answers = try await edge.exchange(
                "GET //first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answers.count(of: "HTTP/1.1 ") == 1, "\(answers)")
        }
    }

    @Test("behind a body that nobody read are never taken for a request")
    func smuggled() async throws {
        try await EdgeHarness.run(route: { _, _ in Response(status: .unauthorized) }) { edge in
            let client = try await edge.connect()
            await client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome")
            try await client.until { $0.contains("401 Unauthorized") }
            await client.send(String(repeating: "x", count: 996) + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let answers = try await client.untilClosed()
            #expect(answers.count(of: "HTTP/1.1 ") == 1, "\(answers)")
            #expect(answers.contains("Connection: close"))
            await client.close()
        }
    }

    @Test("keep their order and number for any mix of good and bad", arguments: SeededGenerator.seeds(40))
    func mixes(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let kinds = (0..<6).map { _ in Int.random(in: 0...3, using: &random) }
        var requests = ""
        var expected: [String] = []
        for (index, kind) in kinds.enumerated() {
            switch kind {
            case 0, 1:
                requests += "GET /\(index) HTTP/1.1\r\nHost: a\r\n\r\n"
                expected.append("GET /\(index) 0")
            case 2:
                requests += "POST /\(index) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                expected.append("POST /\(index) 5")
            default:
                requests += "GET /\(index)/../ HTTP/1.1\r\nHost: a\r\n\r\n"
                expected.append("segments")
            }
            guard kind != 3 else { break }
        }
        let isRefused = expected.last == "segments"
        let bytes = Array(requests.utf8)
        let cut = Int.random(in: 1..<bytes.count, using: &random)
        try await EdgeHarness.run(route: Self.slow) { [expected] edge in
            let client = try await edge.connect()
            await client.send(ByteBuffer(bytes: bytes[..<cut]))
            await client.send(ByteBuffer(bytes: bytes[cut...]))
            let answers =
                isRefused
                ? try await client.untilClosed()
                : try await client.until {
                    $0.count(of: "HTTP/1.1 200") == expected.count && $0.hasSuffix(expected.last ?? "")
                }
            await client.close()
            #expect(answers.count(of: "HTTP/1.1 ") == expected.count, "seed \(seed): \(answers)")
            var rest = answers[...]
            for part in expected {
                let found = try #require(rest.firstRange(of: part), "seed \(seed), \(part): \(answers)")
                rest = rest[found.upperBound...]
            }
        }
    }
}
