import Foundation
import GatewayAcceptance
import GatewayTesting
import NIOHTTP1
import VinciAPI

/// One order as its client repeats it, under one key.
struct KeyedOrder: Sendable {
    let key: String
    let fate: Fate
    let kind: VideoKind
    let token: String?
    /// How many clients send it at once.
    let duplicates: Int
    /// Whether somebody uses the key for something else as well.
    let isMisused: Bool

    init(number: Int, token: String?, using random: inout SeededRandom) {
        key = "key-\(number)"
        fate = Fate.drawn(using: &random)
        kind = random.chance(30) ? .image : .text
        self.token = token
        duplicates = Int.random(in: 1...10, using: &random)
        isMisused = random.chance(20)
    }

    /// Names the order and its fate.
    var prompt: String { "\(key) fate-\(fate)-" }

    func send(by app: WebClient) async throws -> WebAnswer { try await send(prompt, by: app) }

    /// The same key, another prompt.
    func misuse(by app: WebClient) async throws -> WebAnswer { try await send("\(prompt) misused", by: app) }

    private func send(_ prompt: String, by app: WebClient) async throws -> WebAnswer {
        let headers: HTTPHeaders = ["Idempotency-Key": key]
        return switch kind {
        case .text: try await app.order(prompt, headers: headers)
        case .image: try await app.orderImage(prompt, headers: headers)
        }
    }
}

/// What a client of the campaign makes of an answer.
enum Heard: Sendable {
    /// The end of its order.
    case end(EndOfOrder)
    /// Nothing was ordered, or the first one is still under way: it comes back, as it is told, but within a few seconds.
    case notYet(Duration)

    init(_ answer: WebAnswer) {
        switch answer.code {
        case nil where answer.status == 200, "outcome_unknown", "invalid_request": self = .end(EndOfOrder(answer))
        default:
            let seconds = answer.header("Retry-After").flatMap { Int($0) } ?? 0
            self = .notYet(.seconds(min(max(seconds, 0), 3)))
        }
    }
}

/// All that two answers to one order may not differ in.
struct EndOfOrder: Sendable, Hashable {
    let status: Int
    let job: String?
    /// Without the number of the call, which a problem document names.
    let body: String
    let isReplay: Bool

    init(_ answer: WebAnswer) {
        status = answer.status
        job = answer.header("X-Gateway-Job-Id")
        body =
            answer.status == 200 ? answer.text : answer.text.replacing(/"request_id":"[^"]*"/, with: "")
        isReplay = answer.header("Idempotency-Replayed") == "true"
    }

    var asFirst: EndOfOrder { EndOfOrder(status: status, job: job, body: body, isReplay: false) }

    private init(status: Int, job: String?, body: String, isReplay: Bool) {
        self.status = status
        self.job = job
        self.body = body
        self.isReplay = isReplay
    }
}
