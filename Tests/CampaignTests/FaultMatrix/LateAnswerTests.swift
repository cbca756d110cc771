import Foundation
import GatewayAcceptance
import GatewayApp
import NIOCore
import NIOHTTP1
import Testing
import VinciAPI

/// What comes on a connection after the order on it was given up as unknown, and what becomes of the order then.
struct LateAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [Behaviour.Step]
    let state: String
    var isSecond = false

    init(_ name: String, _ state: String, isSecond: Bool = false, _ steps: Behaviour.Step...) {
        testDescription = name
        self.steps = steps
        self.state = state
        self.isSecond = isSecond
    }

    static let all: [LateAnswer] = [
        LateAnswer("an acceptance", "accepted", .accepted),
        LateAnswer(
            "an acceptance in pieces", "accepted", .head(200, "Transfer-Encoding: chunked"),
            .send("13\r\n{\"request_id\":\"r1\"}\r\n"), .pause(.milliseconds(50)), .send("0\r\n\r\n")),
        LateAnswer("400", "refused", .reply(400, #"{"detail":"no"}"#)),
        LateAnswer("422", "refused", .reply(422, #"{"detail":"no"}"#)),
        LateAnswer("401", "refused", .reply(401, #"{"detail":"no"}"#)),
        LateAnswer("429", "refused", .reply(429, "", "Retry-After: 7")),
        LateAnswer("500", "unknown", .reply(500, #"{"detail":"no"}"#)),
        LateAnswer("the id of another job", "unknown", isSecond: true, .accepted),
        LateAnswer("no id", "unknown", .reply(200, "{}")),
        LateAnswer("no HTTP", "unknown", .send("\u{0}\u{1}\u{2}\r\n\r\n")),
        LateAnswer("half of an acceptance", "unknown", .head(200, "Content-Length: 90"), .send(#"{"request"#), .close),
        LateAnswer("a redirect", "unknown", .reply(307, "", "Location: /stray")),
        LateAnswer("its end", "unknown", .close),
        LateAnswer("a reset", "unknown", .reset),
    ]
}

@Suite("An order of unknown outcome") struct LateAnswerTests {
    private static let turns = Turns(atOnce: 4)

    @Test(
        "learns from an answer that comes late, keeps its money until then, and keeps the answer its client got",
        arguments: LateAnswer.all, Place.all)
    func late(answer: LateAnswer, place: Place) async throws {
        try await Self.turns.take {
            try await RawUpstream.run(Behaviour(steps: [.accepted])) { upstream in
                try await place.engine.withStore { store in
                    try await LiveGateway.run(
                        on: store, upstream: "http://127.0.0.1:\(upstream.port)/api",
                        configure: {
                            $0.upstream.requestTimeout = .seconds(1)
                            $0.submit.slotWait = .zero
                        }, { try await check(answer, place, $0, upstream) })
                }
            }
        }
    }

    private func check(
        _ late: LateAnswer, _ place: Place, _ gateway: LiveGateway, _ upstream: RawUpstream
    ) async throws {
        let office = gateway.administration
        let house = try await office.household("studio")
        if late.isSecond { _ = try await house.app.ordered("the first") }
        upstream.behave(Behaviour(steps: [.wait] + late.steps))
        let before = upstream.posts.count
        let held = try await office.budget("studio")["held_usd"]?.decimal ?? 0

        let answer = try await order(place.kind, by: house.app)
        #expect(answer.status == 504 && answer.code == "outcome_unknown", "\(answer.wire)")
        let id = try #require(answer["job_id"]?.string)
        #expect(try await office.job(id)["state"]?.string == "unknown")
        let quarter = usd("0.25") ?? 0
        #expect(try await office.budget("studio")["held_usd"]?.decimal == held + quarter)

        upstream.release()
        try await eventually("the gateway to have seen the late answer") {
            guard late.state == "unknown" else { return try await office.job(id)["state"]?.string == late.state }
            return upstream.openOrders == 0
        }
        let job = try await office.job(id)
        #expect(job["state"]?.string == late.state)
        #expect((job["request_id"]?.string != nil) == (late.state == "accepted"))
        #expect(
            try await office.budget("studio")["held_usd"]?.decimal == held + (late.state == "refused" ? 0 : quarter))

        let again = try await order(place.kind, by: house.app)
        #expect(again.status == 504 && again.header("Idempotency-Replayed") == "true", "\(again.wire)")
        #expect(again["job_id"]?.string == id)
        #expect(upstream.posts.count == before + 1)
        #expect(upstream.strayPaths == [])
        #expect(try await office.ledgerIsSound())
    }

    private func order(_ kind: VideoKind, by app: WebClient) async throws -> WebAnswer {
        let headers: HTTPHeaders = ["Idempotency-Key": "the-one-order"]
        return switch kind {
        case .text: try await app.order("a harbour at dawn", headers: headers)
        case .image: try await app.orderImage("a harbour at dawn", headers: headers)
        }
    }
}
