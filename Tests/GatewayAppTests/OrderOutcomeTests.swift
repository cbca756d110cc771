import Foundation
import GatewayAcceptance
import GatewayApp
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

/// One way in which Vinci answers an order, and what must follow from it.
struct OrderOutcome: Sendable, CustomTestStringConvertible {
    let name: String
    let action: FaultAction
    let status: Int
    let code: String
    var detail: String?
    var hasRetryAfter = false
    /// Of the job afterwards; money stays held exactly for `unknown`.
    let state: String

    var testDescription: String { name }

    static func lost(_ name: String, _ action: FaultAction) -> OrderOutcome {
        OrderOutcome(name: name, action: action, status: 504, code: "outcome_unknown", state: "unknown")
    }

    /// Vinci's own no: its status and its words go to the client.
    static func rejected(_ status: Int, _ code: String, _ detail: String) -> OrderOutcome {
        OrderOutcome(
            name: "\(status)", action: .refuse(CannedReply(status: status, detail: detail)), status: status,
            code: code, detail: detail, state: "refused")
    }

    /// Vinci's no to us, not to the client.
    static func closed(_ status: Int, _ code: String) -> OrderOutcome {
        OrderOutcome(
            name: "\(status)", action: .refuse(CannedReply(status: status, detail: "not today")), status: 503,
            code: code, hasRetryAfter: true, state: "refused")
    }

    static let all: [OrderOutcome] = [
        .lost("a connection lost after the order was taken", .dropAfterAccept),
        .lost("a connection lost before the order was taken", .dropBeforeAccept),
        .lost("500 without a job", .refuse(CannedReply(status: 500, detail: "Server error"))),
        .lost("500 with a job", .answer(CannedReply(status: 500, detail: "Server error"))),
        .lost("502 of a proxy", .answer(CannedReply(status: 502, body: "<html>bad</html>", contentType: "text/html"))),
        .lost("a status nobody documented", .refuse(CannedReply(status: 418, detail: "I'm a teapot"))),
        .lost("a redirect", .refuse(.redirect(to: "https://tryvinci.com/elsewhere"))),
        .lost("a reply cut in half", .truncate(afterBytes: 20)),
        .lost("JSON that ends too early", .wrongJSON),
        .lost("no request id", .edit(ReplyEdit(remove: ["request_id"]))),
        .lost("a request id that is a number", .edit(ReplyEdit(set: ["request_id": .number(7)]))),
        .lost("a request id that is a path", .edit(ReplyEdit(set: ["request_id": .string("../keys")]))),
        .lost("an empty request id", .edit(ReplyEdit(set: ["request_id": .string("")]))),
        .rejected(400, "invalid_request", "Invalid prompt format"),
        .rejected(422, "invalid_request", "The prompt shows what it must not"),
        .rejected(404, "not_found", "No such model"),
        .rejected(413, "body_too_large", "File too large"),
        .closed(401, "upstream_unavailable"),
        .closed(403, "upstream_unavailable"),
        .closed(402, "upstream_balance_low"),
        .closed(429, "upstream_busy"),
    ]
}

@Suite("An order that Vinci answers with") struct OrderOutcomeTests {
    @Test(
        "ends as documented, is sent once, and keeps its money exactly while it may exist",
        arguments: OrderOutcome.all, VideoKind.allCases)
    func endsAsDocumented(outcome: OrderOutcome, kind: VideoKind) async throws {
        var settings = RunningGateway.Settings(jobDuration: .seconds(3600))
        settings.faults = [FaultRule(outcome.name, match: FaultMatch(kind.submit), action: outcome.action)]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let answer = try await order(kind, house.app)
            try await check(answer, outcome, gateway)

            // A client that retries, as Vinci's own samples do, makes no second video.
            let again = try await order(kind, house.app)
            if outcome.status == 503 {
                #expect(again.status == 503)
            } else {
                #expect(again.status == answer.status)
                #expect(again.header("Idempotency-Replayed") == "true")
                #expect(again["job_id"] == answer["job_id"])
            }
            #expect(gateway.simulator.requests.postCount == 1)
            #expect(try await gateway.administration.ledgerIsSound())
        }
    }

    private func order(_ kind: VideoKind, _ app: WebClient) async throws -> WebAnswer {
        let headers: HTTPHeaders = ["Idempotency-Key": "the-one-order"]
        return switch kind {
        case .text: try await app.order("a harbour at dawn", headers: headers)
        case .image: try await app.orderImage("she waves", headers: headers)
        }
    }

    private func check(_ answer: WebAnswer, _ outcome: OrderOutcome, _ gateway: RunningGateway) async throws {
        #expect(answer.status == outcome.status, "\(answer.wire)")
        #expect(answer.code == outcome.code)
        #expect(answer.header("Content-Type") == "application/problem+json")
        if let detail = outcome.detail { #expect(answer.detail == detail) }
        if outcome.hasRetryAfter {
            let seconds = try #require(answer.header("Retry-After").flatMap { Int($0) })
            #expect(seconds >= 1)
            #expect(answer["retry_after_seconds"]?.wholeNumber == seconds)
        }
        let id = try #require(answer["job_id"]?.string)
        #expect(answer.header("X-Gateway-Job-Id") == id)
        let isUnknown = outcome.state == "unknown"
        if isUnknown {
            #expect(answer.detail?.contains("Do not order again") == true && answer.detail?.contains(id) == true)
        }
        let job = try await gateway.administration.job(id)
        #expect(job["state"]?.string == outcome.state)
        let budget = try await gateway.administration.budget("studio")
        #expect(budget["held_usd"]?.decimal == (isUnknown ? usd("0.25") : 0))
        #expect(budget["captured_usd"]?.decimal == 0)
        let record = try await gateway.administration.auditRecord(
            isUnknown ? "order.unknown" : "order.not_created", of: id)
        #expect(record["team"]?.string == "studio")
    }

    @Test("a request id that it gave before is of unknown outcome, and the first job keeps its own")
    func duplicateRequestID() async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(100))
        settings.faults = [
            FaultRule(
                "twin", match: FaultMatch(promptContains: "twin"), action: .job(JobFate(identity: .ofPreviousJob)))
        ]
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio")
            let first = try await house.app.ordered("the first")
            let twin = try await house.app.order("the twin")
            #expect(twin.status == 504)
            #expect(twin.code == "outcome_unknown")
            let twinID = try #require(twin["job_id"]?.string)
            #expect(try await office.job(twinID)["state"]?.string == "unknown")
            _ = try await office.job(first.job, reaches: "completed")
            let budget = try await office.budget("studio")
            #expect(budget["held_usd"]?.decimal == usd("0.25"))
            #expect(budget["captured_usd"]?.decimal == usd("0.25"))
            #expect(gateway.simulator.requests.postCount == 2)
        }
    }

    @Test("nothing for longer than the request timeout is of unknown outcome, for a timeout proves nothing")
    func timeout() async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(100))
        settings.configure = { $0.upstream.requestTimeout = .seconds(1) }
        settings.faults = [FaultRule("late", match: FaultMatch(.submitText), delayReply: .seconds(4))]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let answer = try await house.app.order("a harbour at dawn")
            #expect(answer.status == 504)
            #expect(answer.code == "outcome_unknown")
            let id = try #require(answer["job_id"]?.string)
            #expect(try await gateway.administration.job(id)["state"]?.string == "unknown")
            // Vinci has made the video, and charges it: the money that covers it is still held.
            #expect(gateway.simulator.bill.totals.jobs == 1)
            #expect(try await gateway.administration.budget("studio")["held_usd"]?.decimal == usd("0.25"))
            #expect(gateway.simulator.requests.postCount == 1)
        }
    }

    @Test("a reply longer than any that is documented is of unknown outcome")
    func hugeReply() async throws {
        var settings = RunningGateway.Settings()
        settings.faults = [FaultRule("huge", match: FaultMatch(.submitText), action: .hugeBody(bytes: 64 << 20))]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let answer = try await house.app.order("a harbour at dawn")
            #expect(answer.status == 504)
            #expect(try await gateway.administration.budget("studio")["held_usd"]?.decimal == usd("0.25"))
            #expect(gateway.simulator.requests.postCount == 1)
        }
    }

    @Test("500 gives its money back where the operator has said so, and marks it for verification")
    func serverErrorReleased() async throws {
        var settings = RunningGateway.Settings()
        settings.configure = { $0.upstream.onServerError = .release }
        settings.faults = [
            FaultRule("500", match: FaultMatch(.submitText), action: .refuse(CannedReply(status: 500, detail: "Oops")))
        ]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let answer = try await house.app.order("a harbour at dawn")
            #expect(answer.status == 503)
            #expect(answer.code == "upstream_unavailable")
            let id = try #require(answer["job_id"]?.string)
            #expect(try await gateway.administration.job(id)["state"]?.string == "refused")
            #expect(try await gateway.administration.budget("studio")["held_usd"]?.decimal == 0)
            #expect(gateway.simulator.requests.postCount == 1)
        }
    }

    @Test("nothing, because nobody listens there, has cost nothing and says when to come back")
    func nobodyListens() async throws {
        var settings = RunningGateway.Settings()
        // Port 1 of the loopback: no one may listen there but root, and no one does.
        settings.configure = { $0.upstream.baseURL = "http://127.0.0.1:1/api" }
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let answer = try await house.app.order("a harbour at dawn")
            #expect(answer.status == 503)
            #expect(answer.code == "upstream_unavailable")
            #expect(answer.header("Retry-After") != nil)
            let id = try #require(answer["job_id"]?.string)
            #expect(try await gateway.administration.job(id)["state"]?.string == "refused")
            #expect(try await gateway.administration.budget("studio")["held_usd"]?.decimal == 0)
        }
    }
}

extension VideoKind {
    var submit: Call {
        switch self {
        case .text: .submitText
        case .image: .submitImage
        }
    }
}
