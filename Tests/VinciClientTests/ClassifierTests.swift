import AsyncHTTPClient
import Foundation
import GatewayCore
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing
import VinciAPI

@testable import VinciClient

@Suite("What an exchange means") struct ClassifierTests {
    private func classifier(_ policy: ServerErrorPolicy = .hold) throws -> OutcomeClassifier {
        OutcomeClassifier(onServerError: policy, key: try UpstreamKey(Secret(canary)))
    }

    private func replied(_ status: Int, _ body: String, _ headers: HTTPHeaders = ["Content-Length": "1"]) -> Exchange {
        .replied(HTTPReply(status: status, headers: headers, body: ByteBuffer(string: body)))
    }

    @Test("only proof makes an order 'not created': every status, under both policies")
    func everyStatus() throws {
        for policy in ServerErrorPolicy.allCases {
            for status in 100...599 {
                let outcome = try classifier(policy).submit(replied(status, #"{"detail":"x"}"#)).outcome
                let expected =
                    switch status {
                    case 400, 404, 413, 422: "rejected \(status)"
                    case 401, 403: "key rejected \(status)"
                    case 402: "account empty"
                    case 429: "rate limited -"
                    case 500 where policy == .release: "server error"
                    default: "unknown \(status)"
                    }
                #expect(outcome.verdict == expected)
            }
        }
    }

    @Test("a failure before the first byte releases, one after it does not") func firstByte() throws {
        let classifier = try classifier()
        for failure in [ExchangeFailure.deadline, .connectionClosed, .notConnected, .cancelled, .other] {
            #expect(classifier.submit(.notSent(failure)).outcome == .notCreated(.notSent(reason: failure.reason)))
            let cause = UnknownCause(status: 400, reason: failure.reason)
            #expect(classifier.submit(.broken(status: 400, failure)).outcome == .unknown(cause))
        }
    }

    @Test("a broken connection is named by when it broke") func named() throws {
        let table: [(any Error, before: ExchangeFailure, after: ExchangeFailure)] = [
            (IOError(errnoCode: 104, reason: "read"), .notConnected, .connectionClosed),
            (ChannelError.ioOnClosedChannel, .notConnected, .connectionClosed),
            (HTTPClientError.connectTimeout, .connectTimeout, .connectionClosed),
            (HTTPClientError.getConnectionFromPoolTimeout, .noFreeConnection, .connectionClosed),
            (NIOSSLError.uncleanShutdown, .tlsFailed, .connectionClosed),
            (HTTPClientError.remoteConnectionClosed, .connectionClosed, .connectionClosed),
            (HTTPParserError.invalidEOFState, .notHTTP, .notHTTP),
            (NIOTooManyBytesError(maxBytes: 1), .replyTooLarge, .replyTooLarge),
            (HTTPClientError.alreadyShutdown, .shutDown, .shutDown),
            (CancellationError(), .cancelled, .cancelled),
            (Overtaken(), .other, .other),
        ]
        for (error, before, after) in table {
            #expect(ExchangeFailure(error) == before, "\(error)")
            #expect(ExchangeFailure(error).onceSent == after, "\(error)")
        }
    }

    @Test("an order's reply is read exactly") func accepted() throws {
        let body =
            #"{"request_id":"req_abc-1","status":"pending","estimated_cost_usd":0.1,"estimated_duration_seconds":5}"#
        let reply = OrderReply(
            requestID: "req_abc-1", status: "pending", estimatedCostUSD: Decimal(string: "0.1"),
            estimatedDurationSeconds: 5)
        #expect(try classifier().submit(replied(200, body)).outcome == .accepted(reply))
    }

    @Test(
        "a valid id is proof of a job, whatever else is wrong",
        arguments: [
            #"{"request_id":"r1"}"#, #"{"request_id":"r1","status":null}"#, #"{"request_id":"r1","status":7}"#,
            #"{"request_id":"r1","status":"on fire","estimated_cost_usd":"free"}"#,
            #"{"request_id":"r1","estimated_cost_usd":1e400,"estimated_duration_seconds":-1}"#,
            #"{"request_id":"r1","estimated_cost_usd":-0.25,"extra":{"a":[1]}}"#,
        ])
    func idIsProof(body: String) throws {
        let reply = OrderReply(requestID: "r1", status: "pending", estimatedCostUSD: nil, estimatedDurationSeconds: nil)
        #expect(try classifier().submit(replied(200, body)).outcome == .accepted(reply))
    }

    @Test("rate limit headers are read from every reply, and nonsense in them is dropped") func rateLimit() throws {
        func reading(_ headers: HTTPHeaders) throws -> RateLimitReading? {
            try classifier().submit(replied(429, "", headers)).rateLimit
        }
        let good: HTTPHeaders = [
            "X-RateLimit-Limit": "10", "x-ratelimit-remaining": "7", "X-RateLimit-Reset": "1640995200",
        ]
        #expect(try reading(good) == RateLimitReading(limit: 10, remaining: 7, resetsAt: 1_640_995_200))
        for (name, value) in [("X-RateLimit-Reset", "60"), ("X-RateLimit-Reset", "soon")] {
            var headers = good
            headers.replaceOrAdd(name: name, value: value)
            #expect(try reading(headers) == RateLimitReading(limit: 10, remaining: 7, resetsAt: nil))
        }
        for (name, value) in [
            ("X-RateLimit-Limit", "0"), ("X-RateLimit-Limit", "-1"), ("X-RateLimit-Limit", "1e3"),
            ("X-RateLimit-Remaining", "11"), ("X-RateLimit-Remaining", ""),
            ("X-RateLimit-Limit", "99999999999999999999"),
        ] {
            var headers = good
            headers.replaceOrAdd(name: name, value: value)
            #expect(try reading(headers) == nil)
        }
        var twice = good
        twice.add(name: "X-RateLimit-Limit", value: "100")
        #expect(try reading(twice) == nil)
        #expect(try reading([:]) == nil)
    }

    @Test("Retry-After counts in seconds, at most a day") func retryAfter() throws {
        let table: [(String, String)] = [
            ("7", "7"), ("0", "0"), ("999999", "86400"), ("-1", "-"), ("soon", "-"), ("1.5", "-"),
            ("Wed, 21 Oct 2026 07:28:00 GMT", "-"),
        ]
        for (value, seconds) in table {
            let exchange = replied(429, "", ["Retry-After": value, "Content-Length": "0"])
            #expect(try classifier().submit(exchange).outcome.verdict == "rate limited \(seconds)")
        }
    }

    @Test("no reply, however garbled, is taken for an order without a valid id", arguments: 0..<300)
    func garbled(seed: Int) throws {
        var random = Seeded(state: UInt64(seed))
        var bytes = Array(#"{"request_id":"req_1","status":"pending","estimated_cost_usd":0.25}"#.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
        }
        if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 1...20, using: &random)) }
        let body = ByteBuffer(bytes: bytes)
        let reply = HTTPReply(status: 200, headers: ["Content-Length": "\(bytes.count)"], body: body)
        switch try classifier().submit(.replied(reply)).outcome {
        case .accepted(let order): #expect(VinciLimits.isRequestID(order.requestID), "seed \(seed)")
        case .unknown(let cause): #expect(cause.status == 200, "seed \(seed)")
        case .notCreated(let proof): Issue.record("seed \(seed): \(proof)")
        }
    }
}
