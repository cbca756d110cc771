import GatewayHTTP
import Hummingbird
import Testing

@Suite("The edge, over a socket", .timeLimit(.minutes(2))) struct EdgeWireTests {
    static let host = "Host: gateway.test\r\n"

    struct Refused: Sendable, CustomTestStringConvertible {
        let request: String
        let detail: String
        var testDescription: String { detail }
    }

    static func get(_ target: String, _ fields: String = "", version: String = "1.1") -> String {
        "GET \(target) HTTP/\(version)\r\n\(host)\(fields)\r\n"
    }

    static func post(_ fields: String, body: String = "", version: String = "1.1") -> String {
        "POST /a HTTP/\(version)\r\n\(host)\(fields)\r\n\(body)"
    }

    static let refused: [Refused] = [
        Refused(request: get("/a", "Upgrade: websocket\r\nConnection: upgrade\r\n"), detail: "The Upgrade header"),
        Refused(request: get("/a", "Upgrade: h2c\r\n"), detail: "The Upgrade header"),
        Refused(request: "CONNECT a:443 HTTP/1.1\r\n\(host)\r\n", detail: "The method CONNECT"),
        Refused(request: "TRACE / HTTP/1.1\r\n\(host)\r\n", detail: "The method TRACE"),
        Refused(request: "BREW / HTTP/1.1\r\n\(host)\r\n", detail: "does not begin with a method"),
        Refused(request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", detail: "not well-formed HTTP/1.1"),
        Refused(request: post("Expect: more\r\nContent-Length: 1\r\n", body: "a"), detail: "The only Expect"),
        Refused(
            request: post("Content-Encoding: gzip\r\nContent-Length: 1\r\n", body: "a"), detail: "Content-Encoding"),
        Refused(request: post("Content-Length: 1\r\n", body: "a", version: "1.0"), detail: "sent as HTTP/1.1"),
        Refused(request: get("/", version: "2.0"), detail: "Only HTTP/1.1 and HTTP/1.0"),
        Refused(request: get("/", version: "1.2"), detail: "Only HTTP/1.1 and HTTP/1.0"),
        Refused(request: get("/", version: "0.9"), detail: "Only HTTP/1.1 and HTTP/1.0"),
        Refused(request: get("/", "X_A: 1\r\n"), detail: "must not contain '_'"),
        Refused(request: "GET / HTTP/1.1\r\n\r\n", detail: "Host header is missing"),
        Refused(request: get("/", host), detail: "Host header must be given once"),
        Refused(request: get("http://gateway.test/"), detail: "must be a path"),
        Refused(request: "OPTIONS * HTTP/1.1\r\n\(host)\r\n", detail: "must be a path"),
        Refused(request: get("/a%20b"), detail: "must not contain '%'"),
        Refused(request: get("/a//b"), detail: "must not contain '//'"),
        Refused(request: get("/a/../b"), detail: "segments '.' or '..'"),
        Refused(request: get("/a\\b"), detail: "backslash"),
        Refused(request: get("/a#b"), detail: "fragment"),
        Refused(request: get("/\u{FC}"), detail: "target is malformed"),
        Refused(request: get("/a\u{1}b"), detail: "malformed"),
        Refused(request: get("/", "X-A: a\u{1}b\r\n"), detail: "eader"),
        Refused(request: get("/", "X A: 1\r\n"), detail: "header line is malformed"),
        Refused(request: get("/", "X-A: 1\r\n folded\r\n"), detail: "eader"),
        Refused(request: get("/", ": 1\r\n"), detail: "header line is malformed"),
        Refused(request: post("Transfer-Encoding: gzip\r\n"), detail: "Transfer-Encoding"),
        Refused(request: post("Transfer-Encoding: gzip, chunked\r\n", body: "0\r\n\r\n"), detail: "Transfer-Encoding"),
        Refused(
            request: post("Transfer-Encoding: chunked, identity\r\n", body: "0\r\n\r\n"), detail: "Transfer-Encoding"),
        Refused(
            request: post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", body: "0\r\n\r\n"),
            detail: "Content-Length and Transfer-Encoding"),
        Refused(
            request: post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n"),
            detail: "Content-Length and Transfer-Encoding"),
        Refused(request: post("Content-Length: 1\r\nContent-Length: 1\r\n", body: "a"), detail: "Content-Length"),
        Refused(request: post("Content-Length: 1\r\nContent-Length: 2\r\n", body: "ab"), detail: "Content-Length"),
        Refused(request: post("Content-Length: -1\r\n"), detail: "Content-Length"),
        Refused(request: post("Content-Length: 0x1\r\n", body: "a"), detail: "Content-Length"),
        Refused(request: post("Transfer-Encoding: chunked\r\n", body: "z\r\n"), detail: "chunk"),
        Refused(request: get("/" + String(repeating: "a", count: 8200)), detail: "too large"),
        Refused(request: get("/", "X-A: " + String(repeating: "a", count: 8200) + "\r\n"), detail: "too large"),
        Refused(
            request: get("/", (0..<5).map { "X-\($0): " + String(repeating: "a", count: 4000) + "\r\n" }.joined()),
            detail: "too large"),
        Refused(request: get("/", (0..<64).map { "X-\($0): a\r\n" }.joined()), detail: "too large"),
        Refused(request: "hello\r\n\r\n", detail: "does not begin with a method"),
    ]

    @Test("refuses with a problem that names the rule, an id of its own, and closes")
    func refuses() async throws {
        try await EdgeHarness.run { edge in
            for (index, refused) in Self.refused.enumerated() {
                let answer = try await edge.exchange(refused.request)
                #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(refused.detail): \(answer)")
                #expect(answer.contains("Content-Type: application/problem+json\r\n"), "\(refused.detail)")
                #expect(answer.contains("\"code\":\"invalid_request\""), "\(refused.detail)")
                #expect(answer.contains(refused.detail), "\(refused.request.debugDescription) got \(answer)")
                #expect(answer.contains("Connection: close\r\n"), "\(refused.detail)")
                #expect(answer.count(of: "HTTP/1.1 400") == 1, "\(refused.detail): \(answer)")
                let note = try #require(edge.notes.all.last)
                #expect(edge.notes.all.count == index + 1)
                #expect(answer.contains("X-Request-Id: \(note.requestID)\r\n"))
                #expect(answer.contains("\"request_id\":\"\(note.requestID)\""))
            }
            #expect(Set(edge.notes.all.map(\.requestID)).count == Self.refused.count)
        }
    }

    @Test("lets plain requests through, one after another on the same connection")
    func passes() async throws {
        try await EdgeHarness.run { edge in
            let client = try await edge.connect()
            await client.send(Self.get("/a?b=c%20d"))
            try await client.until { $0.hasSuffix("GET /a?b=c%20d 0") }
            await client.send(Self.post("Content-Length: 3\r\n", body: "abc"))
            try await client.until { $0.hasSuffix("POST /a 3") }
            await client.send(
                Self.post("Transfer-Encoding: chunked\r\n", body: "2\r\nab\r\n1\r\nc\r\n0\r\nX-Trailer: 1\r\n\r\n"))
            let answers = try await client.until { $0.count(of: "POST /a 3") == 2 }
            #expect(answers.count(of: "HTTP/1.1 200 OK\r\n") == 3)
            #expect(answers.count(of: "X-Request-Id: ") == 3)
            #expect(!answers.contains("Connection: close"))
            await client.close()
        }
    }

    @Test("never takes a request id from a client")
    func ownRequestID() async throws {
        try await EdgeHarness.run(route: { request, context in
            #expect(request.headers[.requestID] == context.requestID.text)
            return Response(status: .noContent, headers: [.requestID: "routes cannot choose either"])
        }) { edge in
            let answer = try await edge.exchange(Self.get("/", "X-Request-Id: mine\r\nConnection: close\r\n"))
            #expect(answer.firstMatch(of: /X-Request-Id: [0-9a-f]{32}\r\n/) != nil, "\(answer)")
            #expect(answer.count(of: "equest-Id") == 1)
        }
    }

    @Test("closes after an answer when the client asked for it, and always for HTTP/1.0")
    func closes() async throws {
        try await EdgeHarness.run { edge in
            let asked = try await edge.exchange(Self.get("/", "Connection: close\r\n"))
            #expect(asked.contains("Connection: close\r\n") && asked.hasSuffix("GET / 0"))
            let old = try await edge.exchange(Self.get("/", "Connection: keep-alive\r\n", version: "1.0"))
            #expect(old.contains("Connection: close\r\n") && old.hasSuffix("GET / 0"))
        }
    }

    @Test("frames a streamed answer by chunks, for HTTP/1.0 by the end of the connection, and sends none to HEAD")
    func framing() async throws {
        let streamed: TestRoute = { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "stream"))
                    try await writer.finish(nil)
                })
        }
        try await EdgeHarness.run(route: streamed) { edge in
            let new = try await edge.exchange(Self.get("/", "Connection: close\r\n"))
            #expect(new.hasSuffix("\r\n\r\n6\r\nstream\r\n0\r\n\r\n"), "\(new)")
            let old = try await edge.exchange(Self.get("/", version: "1.0"))
            #expect(old.hasSuffix("\r\n\r\nstream") && !old.lowercased().contains("chunked"), "\(old)")
            let head = try await edge.exchange("HEAD / HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
            #expect(head.hasSuffix("\r\n\r\n") && head.count(of: "\r\n\r\n") == 1, "\(head)")
        }
    }

    @Test("refuses a HEAD request without sending a body")
    func refusedHead() async throws {
        try await EdgeHarness.run { edge in
            let answer = try await edge.exchange("HEAD //a HTTP/1.1\r\n\(Self.host)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.hasSuffix("\r\n\r\n"), "\(answer)")
        }
    }

    @Test("answers a route that failed with a problem that says nothing of the reason")
    func routeFailed() async throws {
        struct Secret: Error { let text = "sk-secret" }
        try await EdgeHarness.run(route: { _, _ in throw Secret() }) { edge in
            let answer = try await edge.exchange(Self.get("/", "Connection: close\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 500 ") && answer.contains("\"code\":\"internal_error\""), "\(answer)")
            #expect(!answer.contains("sk-secret"))
        }
    }

    @Test("tells a client that waits for it to go on only when its body is wanted")
    func continues() async throws {
        let route: TestRoute = { request, context in
            guard request.uri.path == "/wanted" else { return Response(status: .unauthorized) }
            let body = try await TextBody.read(request, context, mediaType: .json)
            return Response(status: .ok, body: ResponseBody(byteBuffer: body))
        }
        let fields = "\(Self.host)Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
        try await EdgeHarness.run(route: route) { edge in
            let wanted = try await edge.connect()
            await wanted.send("POST /wanted HTTP/1.1\r\n\(fields)\r\n")
            try await wanted.until { $0 == "HTTP/1.1 100 Continue\r\n\r\n" }
            await wanted.send("{}")
            let answer = try await wanted.until { $0.hasSuffix("{}") }
            #expect(answer.contains("HTTP/1.1 200 OK"))
            await wanted.close()

            let refused = try await edge.exchange("POST /other HTTP/1.1\r\n\(fields)\r\n")
            #expect(refused.hasPrefix("HTTP/1.1 401 ") && refused.contains("Connection: close"), "\(refused)")
        }
    }
}
