import NIOHTTP1
import Testing

@testable import GatewayHTTP

@Suite("A request head") struct EdgeHeadCheckTests {
    static let host = [("Host", "gateway.test")]

    static func head(
        _ method: HTTPMethod = .GET, _ target: String = "/livez", version: HTTPVersion = .http1_1,
        _ fields: [(String, String)] = host
    ) -> HTTPRequestHead {
        HTTPRequestHead(version: version, method: method, uri: target, headers: HTTPHeaders(fields))
    }

    static let accepted: [HTTPRequestHead] = [
        head(), head(.GET, "/"), head(.GET, "/a/"), head(.GET, "/a.b/..c/.d/e.."), head(.GET, "/a?b=%2F..//\\&c"),
        head(.GET, "/a:b@c~d!$&'()*+,;="), head(.OPTIONS, "/api/v1/keys"), head(.DELETE, "/api/v1/keys/vinci_1"),
        head(.GET, version: .http1_0), head(.GET, "/", version: .http1_0, []),
        head(.POST, "/", version: .http1_0, host + [("Content-Length", "0")]),
        head(.POST, "/", host + [("content-length", "12"), ("Expect", "100-Continue")]),
        head(.POST, "/", host + [("Transfer-Encoding", "Chunked")]),
        head(.GET, "/", [("Host", "vinci_gateway:8080")]), head(.GET, "/", [("Host", "[::1]:8080")]),
        head(.GET, "/", [("host", "127.0.0.1")]), head(.GET, "/", host + [("X-Note", "tab\tand ümlaut")]),
        head(.GET, "/", host + [("Upgrade-Insecure-Requests", "1")]),
    ]

    @Test("of a plain client passes", arguments: accepted)
    func passes(head: HTTPRequestHead) {
        #expect(HeadCheck.fault(in: head) == nil)
    }

    static let refused: [(HTTPRequestHead, HeadFault)] = [
        (head(version: .http2), .version),
        (head(version: HTTPVersion(major: 1, minor: 2)), .version),
        (head(.CONNECT, "gateway.test:443"), .method("CONNECT")),
        (head(.TRACE), .method("TRACE")),
        (head(.PROPFIND), .method("PROPFIND")),
        (head(.GET, "http://gateway.test/livez"), .targetForm),
        (head(.OPTIONS, "*"), .targetForm),
        (head(.GET, ""), .targetForm),
        (head(.GET, "/a\u{7}"), .targetBytes),
        (head(.GET, "/ü"), .targetBytes),
        (head(.GET, "/a b"), .targetBytes),
        (head(.GET, "/a?b=ü"), .targetBytes),
        (head(.GET, "/a#b"), .targetFragment),
        (head(.GET, "/a?b#c"), .targetFragment),
        (head(.GET, "/a%2e"), .pathPercent),
        (head(.GET, "/a\\b"), .pathBackslash),
        (head(.GET, "//a"), .pathEmptySegment),
        (head(.GET, "/a//b"), .pathEmptySegment),
        (head(.GET, "/a//"), .pathEmptySegment),
        (head(.GET, "/a/./b"), .pathDotSegment),
        (head(.GET, "/a/.."), .pathDotSegment),
        (head(.GET, "/..?x=1"), .pathDotSegment),
        (head(.GET, "/a|b"), .pathCharacter("|")),
        (head(.GET, "/", []), .hostMissing),
        (head(.GET, "/", host + host), .hostRepeated),
        (head(.GET, "/", version: .http1_0, host + host), .hostRepeated),
        (head(.GET, "/", [("Host", "")]), .hostMalformed),
        (head(.GET, "/", [("Host", "a@b")]), .hostMalformed),
        (head(.GET, "/", [("Host", "a:port")]), .hostMalformed),
        (head(.GET, "/", [("Host", "a:")]), .hostMalformed),
        (head(.GET, "/", [("Host", "a, b")]), .hostMalformed),
        (head(.GET, "/", [("Host", "[::1")]), .hostMalformed),
        (head(.GET, "/", host + [("X_Forwarded_For", "1")]), .headerUnderscore(name: "X_Forwarded_For")),
        (head(.GET, "/", host + [("X-A", "a\u{1}")]), .headerControl(name: "X-A")),
        (head(.GET, "/", host + [("Upgrade", "h2c")]), .upgrade),
        (head(.POST, "/", host + [("Expect", "200-ok")]), .expectation),
        (head(.POST, "/", host + [("Content-Encoding", "gzip")]), .contentEncoding),
        (head(.POST, "/", host + [("Content-Encoding", "identity")]), .contentEncoding),
        (head(.POST, "/", host + [("Transfer-Encoding", "gzip, chunked")]), .transferEncoding),
        (head(.POST, "/", host + [("Transfer-Encoding", "")]), .transferEncoding),
        (
            head(.POST, "/", host + [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")]),
            .transferEncoding
        ),
        (
            head(.POST, "/", host + [("Transfer-Encoding", "chunked"), ("Content-Length", "3")]), .lengthAndEncoding
        ),
        (head(.POST, "/", host + [("Content-Length", "3"), ("Content-Length", "3")]), .lengthRepeated),
        (head(.POST, "/", host + [("Content-Length", "3, 3")]), .lengthMalformed),
        (head(.POST, "/", host + [("Content-Length", "+3")]), .lengthMalformed),
        (head(.POST, "/", host + [("Content-Length", "")]), .lengthMalformed),
        (head(.POST, "/", host + [("Content-Length", "99999999999999999999")]), .lengthMalformed),
        (head(.POST, "/", version: .http1_0, host + [("Content-Length", "3")]), .oldVersionWithBody),
        (head(.POST, "/", version: .http1_0, host + [("Transfer-Encoding", "chunked")]), .oldVersionWithBody),
    ]

    @Test("that two readers could read differently is refused, by the rule it breaks", arguments: refused)
    func isRefused(head: HTTPRequestHead, fault: HeadFault) {
        #expect(HeadCheck.fault(in: head) == fault)
    }

    /// A slow, literal statement of the path rule to compare with.
    private static func isPlainPath(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.contains("//")
            && path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/-._~!$&'()*+,;=:@".contains($0)) }
            && !path.split(separator: "/").contains { $0 == "." || $0 == ".." }
    }

    @Test("has its path judged as the rule is written", arguments: SeededGenerator.seeds(50))
    func pathRule(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters = Array("/ab..%\\~:|\u{7F}ü")
        for _ in 0..<200 {
            let path =
                "/"
                + String(
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a"
                    })
            #expect(
                (TargetCheck.fault(in: path) == nil) == Self.isPlainPath(path), "\(path.debugDescription), seed \(seed)"
            )
        }
    }

    @Test("reaches the routes without what belongs to the connection, and with our own request id")
    func innerHead() {
        let id = CallID(1, 2)
        let head = Self.head(
            .POST, "/",
            Self.host + [
                ("Connection", "keep-alive, X-Secret"), ("connection", "Te"), ("X-Secret", "1"), ("TE", "trailers"),
                ("Keep-Alive", "5"), ("Proxy-Authorization", "x"), ("Trailer", "a"), ("X-Request-ID", "mine"),
                ("Authorization", "Bearer t"), ("Transfer-Encoding", "chunked"),
            ])
        let inner = InnerHead.make(from: head, requestID: id)
        let expected = HTTPHeaders([("Host", "gateway.test"), ("Authorization", "Bearer t"), ("X-Request-Id", id.text)])
        #expect(inner.headers == expected)
    }
}
