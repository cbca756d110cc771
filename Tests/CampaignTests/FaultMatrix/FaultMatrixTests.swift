import Foundation
import GatewayAcceptance
import GatewayApp
import NIOHTTP1
import NIOSSL
import Testing
import VinciAPI

@Suite("An order") struct FaultMatrixTests {
    /// Each case is a whole gateway.
    private static let turns = Turns(atOnce: 8)
    private static let requestTimeout = Duration.seconds(1)
    private static let figures = FaultFigures(cases: FaultCase.all.count * Place.all.count)

    @Test(
        "that the way to Vinci or Vinci itself treats badly ends as documented, is sent once, and is answered in time",
        arguments: FaultCase.all, Place.all)
    func endsAsDocumented(fault: FaultCase, place: Place) async throws {
        try await Self.turns.take {
            try await fault.withUpstream { upstream, address in
                try await place.engine.withStore { store in
                    try await LiveGateway.run(on: store, upstream: address, configure: { configure(&$0, fault) }) {
                        try await check(fault, place, $0, upstream)
                    }
                }
            }
        }
    }

    private func configure(_ configuration: inout GatewayConfiguration, _ fault: FaultCase) {
        configuration.upstream.requestTimeout = Self.requestTimeout
        configuration.upstream.onServerError = fault.onServerError
        configuration.submit.slotWait = .zero
        configuration.status.pollMin = .seconds(60)
        configuration.status.pollMax = .seconds(60)
    }

    private func check(
        _ fault: FaultCase, _ place: Place, _ gateway: LiveGateway, _ upstream: RawUpstream
    ) async throws {
        let office = gateway.administration
        let house = try await office.household("studio")
        if fault.isSecond { _ = try await house.app.ordered("the first") }
        let before = FaultTrace(posts: upstream.posts.count, held: fault.isSecond ? usd("0.25") ?? 0 : 0)

        let began = ContinuousClock.now
        let answer = try await order(fault, place, house.app)
        let took = began.duration(to: .now)
        // Megabytes take their time to arrive here, before Vinci's time begins.
        #expect(took <= Self.requestTimeout + .seconds(4) + (fault.isLongUpload ? .seconds(10) : .zero))
        let outcome = try #require(
            fault.outcomes.first { $0.status == answer.status && ($0.code == nil || $0.code == answer.code) },
            "\(answer.wire)")
        let job = try await checkAnswer(answer, outcome, gateway, upstream)
        try await checkBooks(outcome, job: job, before, gateway)
        let keys = try await office.admin.get("/admin/v1/upstream-keys").text
        if !outcome.isBrief { #expect(keys.contains(outcome.keyReason ?? #""ready""#)) }

        let again = try await order(fault, place, house.app)
        checkRepetition(again, of: answer, outcome)
        #expect(outcome.posts.contains(upstream.posts.count - before.posts))
        #expect(upstream.strayPaths == [])
        for post in upstream.posts.dropFirst(before.posts) where post.isWhole {
            #expect(post.body.firstRange(of: Array(Self.prompt.utf8)) != nil)
        }
        #expect(try await office.ledgerIsSound())
        let seen = [answer.wire, again.wire, try gateway.logged()]
        #expect(seen.allSatisfy { !$0.contains(LiveGateway.upstreamKey) })
        Self.figures.note(fault.isLongUpload ? .zero : took)
    }

    private static let prompt = "a harbour at dawn"

    private func order(_ fault: FaultCase, _ place: Place, _ app: WebClient) async throws -> WebAnswer {
        let headers: HTTPHeaders = ["Idempotency-Key": "the-one-order"]
        switch place.kind {
        case .text: return try await app.order(Self.prompt, headers: headers)
        case .image:
            let image = fault.isLongUpload ? Picture.png + [UInt8](repeating: 7, count: 6 << 20) : Picture.png
            return try await app.orderImage(Self.prompt, image: image, headers: headers)
        }
    }

    /// - Returns: the job's id.
    private func checkAnswer(
        _ answer: WebAnswer, _ outcome: FaultOutcome, _ gateway: LiveGateway, _ upstream: RawUpstream
    ) async throws -> String {
        let job = try #require(answer.header("X-Gateway-Job-Id"), "\(answer.wire)")
        if outcome.status != 200 {
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(answer["job_id"]?.string == job)
        }
        if let detail = outcome.detail { #expect(answer.detail == detail) }
        let pause = answer.header("Retry-After").flatMap { Int($0) }
        if let range = outcome.retryAfter { #expect(pause.map(range.contains) == true, "\(answer.wire)") }
        #expect(answer["retry_after_seconds"]?.wholeNumber == pause)
        return job
    }

    private func checkBooks(
        _ outcome: FaultOutcome, job id: String, _ before: FaultTrace, _ gateway: LiveGateway
    ) async throws {
        let office = gateway.administration
        let job = try await office.job(id)
        #expect(job["state"]?.string == outcome.state)
        #expect((job["request_id"]?.string != nil) == (outcome.state == "accepted"))
        let budget = try await office.budget("studio")
        #expect(budget["held_usd"]?.decimal == before.held + (outcome.holdsMoney ? usd("0.25") ?? 0 : 0))
        #expect(budget["captured_usd"]?.decimal == 0)
    }

    private func checkRepetition(_ again: WebAnswer, of answer: WebAnswer, _ outcome: FaultOutcome) {
        if outcome.isKept {
            #expect(again.status == answer.status)
            #expect(again.text.withoutRequest == answer.text.withoutRequest)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(again.header("X-Gateway-Job-Id") == answer.header("X-Gateway-Job-Id"))
        } else {
            #expect(again.status == 503, "\(again.wire)")
            #expect(again.header("Idempotency-Replayed") == nil)
            #expect(again.header("Retry-After") != nil)
        }
    }
}

/// One of the four places in which every fault is tried.
struct Place: Sendable, CustomTestStringConvertible {
    let kind: VideoKind
    let engine: Engine

    var testDescription: String { "\(kind) order on \(engine.rawValue)" }

    static let all = Engine.allCases.flatMap { engine in VideoKind.allCases.map { Place(kind: $0, engine: engine) } }
}

/// What there was before the order.
private struct FaultTrace {
    let posts: Int
    let held: Decimal
}

extension FaultCase {
    /// The upstream that behaves so, and the address at which the gateway looks for it.
    func withUpstream(_ body: (RawUpstream, String) async throws -> Void) async throws {
        let tls: NIOSSLContext? = if case .tls = address { try await Certificate.untrusted() } else { nil }
        let receiveBytes = isLongUpload || !behaviour.readsBody ? 8192 : nil
        try await RawUpstream.run(behaviour, tls: tls, receiveBytes: receiveBytes) { upstream in
            switch address {
            case .plain: try await body(upstream, "http://127.0.0.1:\(upstream.port)/api")
            case .tls, .tlsWithoutTLS: try await body(upstream, "https://127.0.0.1:\(upstream.port)/api")
            case .elsewhere(let address): try await body(upstream, address)
            }
        }
    }
}

extension String {
    /// The problem document without the number of the call it answers.
    fileprivate var withoutRequest: String { replacing(/"request_id":"[^"]*"/, with: "") }
}
