import NIOCore

extension FaultCase {
    /// Not one byte of the order leaves.
    static let unreachable: [FaultCase] = [
        // Port 1 of the loopback: no one may listen there but root, and no one does.
        FaultCase("nobody listens", .unsent, at: .elsewhere("http://127.0.0.1:1/api")),
        FaultCase("its name does not resolve", .unsent, at: .elsewhere("https://vinci.invalid/api")),
        // A network that exists for documentation only.
        FaultCase("no way leads there", .unsent, at: .elsewhere("https://198.51.100.1/api")),
        FaultCase("a certificate that nobody vouches for", .unsent, at: .tls, .accepted),
        FaultCase(
            "plain text where TLS is expected", .unsent, at: .tlsWithoutTLS, when: .connected, .reply(200, acceptance)),
        FaultCase("silence where TLS is expected", .unsent, at: .tlsWithoutTLS),
        FaultCase("closing where TLS is expected", .unsent, at: .tlsWithoutTLS, when: .connected, .close),
        FaultCase("a reset where TLS is expected", .unsent, at: .tlsWithoutTLS, when: .connected, .reset),
    ]

    /// Connections that end too early.
    static let broken: [FaultCase] = [
        FaultCase("closes at once", .unread, or: .unsent, when: .connected, .close),
        FaultCase("resets at once", .unread, or: .unsent, when: .connected, .reset),
        FaultCase("closes after the head", .unknown, when: .head, .close),
        FaultCase("resets after the head", .unknown, when: .head, .reset),
        FaultCase("closes in the middle of the body", .unknown, when: .bodyBytes(20), .close),
        FaultCase("resets in the middle of the body", .unknown, when: .bodyBytes(20), .reset),
        FaultCase("resets early in a long body", .unknown, when: .bodyBytes(30), .reset).with {
            $0.isLongUpload = true
        },
        FaultCase("closes after the order", .unknown, .close),
        FaultCase("resets after the order", .unknown, .reset),
        FaultCase("ends its half after the order", .unknown, .end),
        FaultCase("sends half of a head and closes", .unknown, .send("HTTP/1.1 200 OK\r\nContent-Le"), .close),
        FaultCase("sends half of a head and resets", .unknown, .send("HTTP/1.1 200 OK\r\nContent-Le"), .reset),
        FaultCase("sends a head and closes", .unknown, .head(200, "Content-Length: 90"), .close),
        FaultCase("sends a head and resets", .unknown, .head(200, "Content-Length: 90"), .reset),
        FaultCase("cuts a body short", .unknown, .head(200, "Content-Length: 90"), .send(acceptance), .close),
        FaultCase("resets in a body", .unknown, .head(200, "Content-Length: 90"), .send(acceptance), .reset),
        FaultCase(
            "leaves out the last chunk", .unknown, .head(200, "Transfer-Encoding: chunked"),
            .send("\(String(acceptance.utf8.count, radix: 16))\r\n\(acceptance)\r\n"), .close),
        FaultCase(
            "cuts a chunk short", .unknown, .head(200, "Transfer-Encoding: chunked"), .send("fff\r\n\(acceptance)"),
            .close),
        FaultCase("cuts a body without a length", .unknown, .head(200), .send(#"{"request_id":"req_1""#), .close),
        FaultCase("cuts a 400 short", .unknown, .head(400, "Content-Length: 90"), .send(#"{"detail":"no"}"#), .close),
        FaultCase("cuts a 422 short", .unknown, .head(422, "Content-Length: 90"), .send(#"{"detail":"no"}"#), .close),
        FaultCase("cuts a 401 short", .unknown, .head(401, "Content-Length: 90"), .send(#"{"detail":"no"}"#), .close),
        FaultCase("cuts a 429 short", .unknown, .head(429, "Retry-After: 7", "Content-Length: 9"), .close),
        FaultCase("cuts a 400 without a length", .unknown, .head(400), .send(#"{"detail":"n"#), .close),
        FaultCase("announces a reply and closes", .unknown, .send("HTTP/1.1 100 Continue\r\n\r\n"), .close),
    ]

    /// Replies that do not end within the request timeout.
    static let slow: [FaultCase] = [
        FaultCase("never answers", .unknown),
        FaultCase("never reads", .unread, when: .connected).with { $0.behaviour.readsBody = false },
        FaultCase("stops reading a long upload", .unknown, when: .head).with {
            $0.behaviour.readsBody = false
            $0.isLongUpload = true
        },
        FaultCase("stops after announcing a reply", .unknown, .send("HTTP/1.1 100 Continue\r\n\r\n")),
        FaultCase("stops in the head", .unknown, .send("HTTP/1.1 200 OK\r\nContent-Le")),
        FaultCase("stops after the head", .unknown, .head(200, "Content-Length: 90")),
        FaultCase("stops in the body", .unknown, .head(200, "Content-Length: 90"), .send(acceptance)),
        FaultCase("stops after the head of a 400", .unknown, .head(400, "Content-Length: 90")),
        FaultCase("dribbles its head", .unknown, .send("HTTP/1.1 200 OK\r\n"), .sendForever("X: 1\r\n")).with {
            $0.behaviour.dribbles()
        },
        FaultCase("dribbles its body", .unknown, .head(200, "Content-Length: 9000"), .sendForever(" ")).with {
            $0.behaviour.dribbles()
        },
        FaultCase("dribbles chunks", .unknown, .head(200, "Transfer-Encoding: chunked"), .sendForever("1\r\n \r\n"))
            .with { $0.behaviour.dribbles() },
        FaultCase("announces replies for ever", .unknown, .sendForever("HTTP/1.1 103 Early Hints\r\n\r\n")).with {
            $0.behaviour.dribbles()
        },
        FaultCase("sends chunks without end", .unknown, .head(200, "Transfer-Encoding: chunked"), .sendForever(chunk)),
        FaultCase("sends a body without end", .unknown, .head(200), .sendForever(blanks)),
        FaultCase("sends header lines without end", .unknown, .send("HTTP/1.1 200 OK\r\n"), .sendForever(fields)),
        FaultCase("announces a body of many gigabytes", .unknown, .head(200, "Content-Length: 90000000000")),
        FaultCase(
            "sends more than a reply may have", .unknown, .head(200, "Content-Length: \(3 << 20)"),
            .send(String(repeating: " ", count: 3 << 20))),
    ]

    static let acceptance = Behaviour.Step.acceptance
    private static let blanks = String(repeating: " ", count: 65_536)
    private static let chunk = "10000\r\n\(blanks)\r\n"
    private static let fields = String(repeating: "X-Filler: 0123456789\r\n", count: 500)
}

extension Behaviour {
    /// Its endless part comes a few bytes at a time, and never stops for as long as the request timeout.
    fileprivate mutating func dribbles() {
        guard case .sendForever(let text)? = steps.last else { return }
        steps.removeLast()
        steps += (0..<50).flatMap { _ in [.pause(.milliseconds(150)), Step.send(text)] }
    }
}
