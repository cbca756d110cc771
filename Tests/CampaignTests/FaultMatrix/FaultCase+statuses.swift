import GatewayApp

extension FaultCase {
    static let statuses = silent + redirects + refusals + doubtfulStatuses + serverErrors

    private static let no = #"{"detail":"not today"}"#

    /// Vinci's own no to the order, and its no to us.
    private static let refusals: [FaultCase] = [
        FaultCase("400", .rejected(400, "invalid_request", "not today"), .reply(400, no)),
        FaultCase("400 in HTML", .rejected(400, "invalid_request"), .reply(400, "<html>no</html>")),
        FaultCase("404", .rejected(404, "not_found", "not today"), .reply(404, no)),
        FaultCase("413", .rejected(413, "body_too_large", "not today"), .reply(413, no)),
        FaultCase("422", .rejected(422, "invalid_request", "not today"), .reply(422, no)),
        FaultCase(
            "422 with a list", .rejected(422, "invalid_request", "prompt: too long"),
            .reply(422, #"{"detail":[{"loc":["body","prompt"],"msg":"too long","input":"secret words"}]}"#)),
        FaultCase(
            "422 that repeats our key", .rejected(422, "invalid_request"),
            .reply(422, #"{"detail":"the key \#(LiveGateway.upstreamKey)-0 is fine"}"#)),
        FaultCase(
            "400 that repeats our header", .rejected(400, "invalid_request"),
            .reply(400, #"{"detail":"Authorization: Bearer \#(LiveGateway.upstreamKey)-0"}"#)),
        FaultCase(
            "400 ended by closing", .rejected(400, "invalid_request", "not today"), .head(400), .send(no), .close),
        FaultCase("413 before it was read", .rejected(413, "body_too_large", "not today"), when: .head, .reply(413, no))
            .with {
                $0.behaviour.readsBody = false
                $0.isLongUpload = true
            },
        FaultCase("401", .keyRejected, .reply(401, no)),
        FaultCase("403", .keyRejected, .reply(403, no)),
        FaultCase("402", .accountEmpty, .reply(402, no)),
        FaultCase("429", .busy(60), .reply(429, no)),
        FaultCase("429 and when to come back", .busy(7), .reply(429, no, "Retry-After: 7")),
        FaultCase("429 and a date", .busy(60), .reply(429, no, "Retry-After: Wed, 21 Oct 2065 07:28:00 GMT")),
        FaultCase("429 and a month", .busy(120), .reply(429, no, "Retry-After: 2592000")),
        FaultCase("429 and at once", .busy(1), .reply(429, no, "Retry-After: 0")),
        FaultCase("429 and yesterday", .busy(60), .reply(429, no, "Retry-After: -86400")),
        FaultCase("429 and two times", .busy(60), .reply(429, no, "Retry-After: 5", "Retry-After: 9")),
        FaultCase("429 and too many digits", .busy(60), .reply(429, no, "Retry-After: 99999999999999999999")),
    ]

    /// Followed by nobody: an order that is sent on is sent twice.
    private static let redirects: [FaultCase] = [301, 302, 303, 307, 308].flatMap { status in
        [
            FaultCase("\(status) to another host", .unknown, .reply(status, "", "Location: http://localhost:1/stray")),
            FaultCase("\(status) to itself", .unknown, .reply(status, no, "Location: /stray")),
        ]
    }

    /// Statuses that end without a body.
    private static let silent: [FaultCase] = [
        FaultCase(
            "101", .unknown, .send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")),
        FaultCase("304", .unknown, .send("HTTP/1.1 304 Not Modified\r\n\r\n")),
    ]

    private static let doubtfulStatuses: [FaultCase] =
        ([300, 405, 406, 408, 409, 410, 411, 412, 414, 415, 418, 421, 423, 424, 425, 426, 428, 431, 451, 499]
        + [500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 599, 600, 999])
        .map { FaultCase("\($0)", .unknown, .reply($0, no)) }

    private static let serverErrors: [FaultCase] = [
        FaultCase("500 with a detail, taken for a no", .serverError, .reply(500, no)),
        FaultCase("500 without one, taken for a no", .unknown, .reply(500, "oops")),
        FaultCase("500 with an empty detail, taken for a no", .unknown, .reply(500, #"{"detail":""}"#)),
        FaultCase("500 cut short, taken for a no", .unknown, .head(500, "Content-Length: 90"), .send(no), .close),
        FaultCase("502 with a detail, 500 taken for a no", .unknown, .reply(502, no)),
        FaultCase("503 with a detail, 500 taken for a no", .unknown, .reply(503, no, "Retry-After: 1")),
    ].map { $0.with { $0.onServerError = .release } }

    /// What is hardly HTTP.
    static let odd: [FaultCase] = [
        FaultCase("HTTP/0.9", .unknown, .send(acceptance), .close),
        FaultCase("SSH", .unknown, .send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close),
        FaultCase("HTTP/2 in plain text", .unknown, .send("HTTP/2 200\r\n\r\n\(acceptance)"), .close),
        FaultCase("two lengths", .unknown, .head(200, "Content-Length: 2", "Content-Length: 3"), .send("{}"), .close),
        FaultCase("a negative length", .unknown, .head(200, "Content-Length: -5"), .send(acceptance), .close),
        FaultCase(
            "a length and chunks", .unknown, .head(200, "Content-Length: 5", "Transfer-Encoding: chunked"),
            .send("xyz\r\n"), .close),
        FaultCase(
            "a chunk length that is none", .unknown, .head(200, "Transfer-Encoding: chunked"), .send("xyz\r\n{}"),
            .close),
        FaultCase("a header that is too long", .unknown, .head(200, "X: \(letters(200_000))"), .accepted, .close),
        FaultCase("five hundred header lines", .unknown, .reply(200, acceptance, filler(500))),
        FaultCase("a header name with a space", .unknown, .head(200, "Re quest: 1", "Content-Length: 0"), .close),
        FaultCase("a status of four digits", .unknown, .send("HTTP/1.1 2000 OK\r\n\r\n\(acceptance)"), .close),
        FaultCase("bare line feeds", .accepted, or: .unknown, .send("HTTP/1.1 200 OK\n\n\(acceptance)"), .close),
    ]
}
