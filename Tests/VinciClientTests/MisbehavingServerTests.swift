import NIOCore
import Testing
import VinciAPI

@testable import VinciClient

@Suite("An order, whatever the server does", .timeLimit(.minutes(1))) struct MisbehavingServerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let verdict: String
        var onServerError = ServerErrorPolicy.hold
        var requestTimeout = Duration.seconds(10)
        let script: RawServer.Script

        init(
            _ name: String, _ verdict: String, onServerError: ServerErrorPolicy = .hold,
            requestTimeout: Duration = .seconds(10), moment: RawServer.Script.Moment = .request,
            _ steps: RawServer.Step...
        ) {
            testDescription = name
            self.verdict = verdict
            self.onServerError = onServerError
            self.requestTimeout = requestTimeout
            script = RawServer.Script(moment: moment, steps: steps)
        }
    }

    static let accepting: [Case] = [
        Case("takes it", "accepted", .accepted),
        Case("takes it with 201", "accepted", .reply(201, #"{"request_id":"req_1","status":"pending"}"#)),
        Case("says 100 first", "accepted", .send("HTTP/1.1 100 Continue\r\n\r\n"), .accepted),
        Case("says 103 first", "accepted", .send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), .accepted),
        Case(
            "answers in chunks", "accepted",
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            .send("10\r\n{\"request_id\":\"r\r\n"), .send("3\r\n1\"}\r\n0\r\n\r\n")),
        Case(
            "ends whole JSON by closing", "accepted",
            .send("HTTP/1.1 200 OK\r\n\r\n{\"request_id\":\"req_1\",\"status\":\"pending\"}"), .close),
        Case(
            "answers in two packets", "accepted", .send("HTTP/1.1 200 OK\r\nContent-Le"), .pause(.milliseconds(30)),
            .send("ngth: 19\r\n\r\n{\"request"), .pause(.milliseconds(30)), .send("_id\":\"r1\"}")),
        Case("sends a second reply after the first", "accepted", .accepted, .reply(500, "{}")),
    ]

    static let refusing: [Case] = [
        Case("says 400", "rejected 400", .reply(400, #"{"detail":"Bad"}"#)),
        Case("says 404 in HTML", "rejected 404", .reply(404, "<html>nothing here</html>")),
        Case("says 413", "rejected 413", .reply(413, #"{"detail":"File too large"}"#)),
        Case("says 422", "rejected 422", .reply(422, #"{"detail":[{"loc":["body","prompt"],"msg":"too long"}]}"#)),
        Case("says 401", "key rejected 401", .reply(401, #"{"detail":"Invalid API key"}"#)),
        Case("says 403", "key rejected 403", .reply(403, "{}")),
        Case("says 402", "account empty", .reply(402, #"{"detail":"Insufficient balance"}"#)),
        Case("says 429", "rate limited 7", .reply(429, #"{"detail":"Rate limit exceeded"}"#, "Retry-After: 7")),
        Case("says 429 without a time", "rate limited -", .reply(429, "")),
        Case("says 500 and that counts", "server error", onServerError: .release, .reply(500, #"{"detail":"boom"}"#)),
    ]

    static let doubtful: [Case] = [
        Case("redirects", "unknown 307", .reply(307, "", "Location: /api/v1/generate/text-to-video")),
        Case("redirects for ever", "unknown 301", .reply(301, "", "Location: http://127.0.0.1:1/")),
        Case("switches protocols", "unknown 101", .send("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n")),
        Case("says 204", "unknown 204", .send("HTTP/1.1 204 No Content\r\n\r\n")),
        Case("says 405", "unknown 405", .reply(405, #"{"detail":"no"}"#)),
        Case("says 408", "unknown 408", .reply(408, #"{"detail":"no"}"#)),
        Case("says 409", "unknown 409", .reply(409, #"{"detail":"no"}"#)),
        Case("says 500", "unknown 500", .reply(500, #"{"detail":"boom"}"#)),
        Case("says 500 without detail", "unknown 500", onServerError: .release, .reply(500, "oops")),
        Case("says 502", "unknown 502", onServerError: .release, .reply(502, #"{"detail":"boom"}"#)),
        Case("says 503", "unknown 503", onServerError: .release, .reply(503, #"{"detail":"boom"}"#)),
        Case("closes after the request", "unknown -", .close),
        Case("resets after the request", "unknown -", .reset),
        Case("closes after the request's head", "unknown -", moment: .head, .close),
        Case("resets after the request's head", "unknown -", moment: .head, .reset),
        Case("says only 100", "unknown -", .send("HTTP/1.1 100 Continue\r\n\r\n"), .close),
        Case("sends half a head", "unknown -", .send("HTTP/1.1 200 OK\r\nContent-Le"), .close),
        Case("sends a head only", "unknown 200", .send("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n"), .close),
        Case(
            "cuts a body short", "unknown 200",
            .send("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"request_id\":\"req_1\"}"), .close),
        Case(
            "cuts a refusal short", "unknown 400",
            .send("HTTP/1.1 400 Bad\r\nContent-Length: 90\r\n\r\n{\"detail\":\"no\"}"), .close),
        Case(
            "leaves out the last chunk", "unknown 200",
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{\"request_id\":\"r1\"}\r\n\r\n"), .close),
        Case("cuts an unmeasured body", "unknown 200", .send("HTTP/1.1 200 OK\r\n\r\n{\"request_id\":\"re"), .close),
        Case("cuts an unmeasured refusal", "unknown 400", .send("HTTP/1.1 400 Bad\r\n\r\n{\"detail\":\"b"), .close),
        Case("answers in HTML", "unknown 200", .reply(200, "<html></html>")),
        Case("answers with nothing", "unknown 200", .reply(200, "")),
        Case("answers with a list", "unknown 200", .reply(200, "[]")),
        Case("leaves out the id", "unknown 200", .reply(200, #"{"status":"pending"}"#)),
        Case("sends null for the id", "unknown 200", .reply(200, #"{"request_id":null}"#)),
        Case("sends a number for the id", "unknown 200", .reply(200, #"{"request_id":17}"#)),
        Case("sends an empty id", "unknown 200", .reply(200, #"{"request_id":""}"#)),
        Case("sends a path for the id", "unknown 200", .reply(200, #"{"request_id":"../keys"}"#)),
        Case("sends our key for the id", "unknown 200", .reply(200, #"{"request_id":"\#(canary)"}"#)),
        Case(
            "sends an endless id", "unknown 200",
            .reply(200, "{\"request_id\":\"\(String(repeating: "a", count: 129))\"}")),
        Case("announces a huge body", "unknown 200", .send("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n")),
        Case(
            "sends a huge body", "unknown 200",
            .send("HTTP/1.1 200 OK\r\n\r\n"), .send(String(repeating: " ", count: 70_000)), .send("{}"), .close),
        Case("speaks no HTTP", "unknown -", .send("SSH-2.0-OpenSSH_9.2\r\n\r\n")),
        Case("speaks HTTP/2", "unknown -", .send("HTTP/2 200\r\n\r\n{}"), .close),
        Case(
            "sends two lengths", "unknown -",
            .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")),
        Case("never answers", "unknown -", requestTimeout: .seconds(3)),
        Case(
            "stops after the head", "unknown 200", requestTimeout: .seconds(3),
            .send("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{")),
        Case(
            "trickles", "unknown 200", requestTimeout: .seconds(3),
            .send("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n"),
            .send("{"), .pause(.milliseconds(900)), .send(" "), .pause(.milliseconds(900)), .send(" "),
            .pause(.milliseconds(900)), .send(" "), .pause(.milliseconds(900)), .send(" ")),
    ]

    @Test("is sent once and judged right", arguments: accepting + refusing + doubtful, VideoKind.allCases)
    func judged(_ behaviour: Case, kind: VideoKind) async throws {
        let server = try await RawServer { _ in behaviour.script }
        let outcome = try await Fixture.withClient(
            of: server, requestTimeout: behaviour.requestTimeout, onServerError: behaviour.onServerError
        ) { client in
            try await Fixture.withOrder(kind) { order in await client.submit(order).outcome }
        }
        #expect(outcome.verdict == behaviour.verdict)
        #expect(server.posts == 1)
        #expect(!String(reflecting: outcome).contains(canary))
    }

    @Test("may be unknown before one byte was read", arguments: [RawServer.Step.close, .reset])
    func closedOnConnect(step: RawServer.Step) async throws {
        let server = try await RawServer { _ in RawServer.Script(moment: .connected, steps: [step]) }
        let outcome = try await Fixture.withClient(of: server) { await $0.submit(Fixture.textOrder).outcome }
        // Either the request was written into the closing connection, or the connection was gone before.
        #expect(["unknown -", "not sent"].contains(outcome.verdict))
        #expect(server.posts <= 1)
    }
}
