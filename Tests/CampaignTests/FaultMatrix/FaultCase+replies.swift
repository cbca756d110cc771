extension FaultCase {
    /// Replies that a job's id can be read from.
    static let accepted: [FaultCase] = [
        FaultCase("takes it", .accepted, .accepted),
        FaultCase("201", .accepted, .reply(201, acceptance)),
        FaultCase("202", .accepted, .reply(202, acceptance)),
        FaultCase("206", .accepted, .reply(206, acceptance)),
        FaultCase("only the id", .accepted, .reply(200, #"{"request_id":"req_1"}"#)),
        FaultCase("the longest id", .accepted, .reply(200, #"{"request_id":"\#(letters(128))"}"#)),
        FaultCase(
            "the id among nonsense", .accepted,
            .reply(200, #"{"status":[7],"estimated_cost_usd":"much","x":{"request_id":5},"request_id":"req_1"}"#)),
        FaultCase(
            "the same id twice", .accepted, .reply(200, #"{"request_id":"req_1","request_id":"req_1"}"#)),
        FaultCase("JSON in UTF-16", .accepted, .reply(200, acceptance.map { "\($0)\u{0}" }.joined())),
        FaultCase("100 first", .accepted, .send("HTTP/1.1 100 Continue\r\n\r\n"), .accepted),
        FaultCase("103 first", .accepted, .send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), .accepted),
        FaultCase(
            "in chunks", .accepted, .head(200, "Transfer-Encoding: chunked"), .send("10\r\n{\"request_id\":\"r\r\n"),
            .send("3\r\n1\"}\r\n0\r\n\r\n")),
        FaultCase("HTTP/1.0, ended by closing", .accepted, .send("HTTP/1.0 200 OK\r\n\r\n\(acceptance)"), .close),
        FaultCase(
            "HTTP/1.0 with a length", .accepted,
            .send("HTTP/1.0 200 OK\r\nContent-Length: \(acceptance.utf8.count)\r\n\r\n\(acceptance)"), .close),
        FaultCase("a wrong content type", .accepted, .reply(200, acceptance, "Content-Type: text/html")),
        FaultCase("a hundred header lines", .accepted, .reply(200, acceptance, filler(100))),
        FaultCase("a second reply behind it", .accepted, .accepted, .reply(500, "{}")),
        FaultCase("a second acceptance behind it", .accepted, .accepted, .reply(200, #"{"request_id":"req_2"}"#)),
        FaultCase("nonsense behind it", .accepted, .accepted, .send("\u{0}\u{1}GET / HTTP/1.1\r\n\r\n")),
        FaultCase("its reply before it was read", .accepted, when: .head, .accepted).with {
            $0.behaviour.readsBody = false
            $0.isLongUpload = true
        },
        FaultCase("its reply and a reset before it was read", .accepted, or: .unknown, when: .head, .accepted, .reset)
            .with {
                $0.behaviour.readsBody = false
                $0.isLongUpload = true
            },
    ]

    /// Complete replies of success in which no valid, new id can be found.
    static let unreadable: [FaultCase] = [
        FaultCase("200 with nothing", .unknown, .reply(200, "")),
        FaultCase("200 with HTML", .unknown, .reply(200, "<html>maintenance</html>", "Content-Type: text/html")),
        FaultCase("JSON that ends too early", .unknown, .reply(200, #"{"request_id":"req_1""#)),
        FaultCase("JSON with a comma too many", .unknown, .reply(200, #"{"request_id":"req_1"},"#)),
        FaultCase("a JSON list", .unknown, .reply(200, "[\(acceptance)]")),
        FaultCase("a JSON string", .unknown, .reply(200, #""req_1""#)),
        FaultCase("JSON null", .unknown, .reply(200, "null")),
        FaultCase("no id", .unknown, .reply(200, #"{"status":"pending"}"#)),
        FaultCase("an empty id", .unknown, .reply(200, #"{"request_id":""}"#)),
        FaultCase("a null id", .unknown, .reply(200, #"{"request_id":null}"#)),
        FaultCase("a number as its id", .unknown, .reply(200, #"{"request_id":17}"#)),
        FaultCase("a list as its id", .unknown, .reply(200, #"{"request_id":["req_1"]}"#)),
        FaultCase("an id that is too long", .unknown, .reply(200, #"{"request_id":"\#(letters(129))"}"#)),
        FaultCase("an id that is a path", .unknown, .reply(200, #"{"request_id":"../keys"}"#)),
        FaultCase("an id with a line end", .unknown, .reply(200, #"{"request_id":"req_1\r\nX: 1"}"#)),
        FaultCase("our key as its id", .unknown, .reply(200, #"{"request_id":"\#(LiveGateway.upstreamKey)-0"}"#)),
        FaultCase("the id of another job", .unknown, .accepted).with { $0.isSecond = true },
        FaultCase("201 with nothing", .unknown, .reply(201, "")),
        FaultCase("202 without an id", .unknown, .reply(202, "{}")),
        FaultCase("204", .unknown, .send("HTTP/1.1 204 No Content\r\n\r\n")),
        FaultCase("204 with a body", .unknown, .reply(204, acceptance)),
        FaultCase("205", .unknown, .reply(205, "")),
        FaultCase("206 with a part", .unknown, .reply(206, #"{"request_id":"#, "Content-Range: bytes 0-13/90")),
        FaultCase(
            "a body that claims to be gzip and is not text", .unknown, .reply(200, gzip, "Content-Encoding: gzip")),
    ]

    static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

    /// So many header lines.
    static func filler(_ count: Int) -> String {
        [String](repeating: "X-Filler: 0123456789", count: count).joined(separator: "\r\n")
    }

    private static let gzip = "\u{1F}\u{8}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{3}"
}
