import Foundation
import GatewayHTTP
import HTTPTypes
import HummingbirdCore
import Testing

@Suite("A problem") struct ProblemTests {
    @Test("has its fields in a fixed order, exact amounts, and none that does not apply")
    func json() throws {
        let problem = ProblemReply(
            .budgetExceeded, detail: "Insufficient balance. Current balance: $1.25, required: $2.50",
            limitSource: "team:marketing/month", requiredUSD: Decimal(string: "2.5"),
            availableUSD: Decimal(string: "0.000001"), resetsAt: "2026-12-01T00:00:00Z", retryAfterSeconds: 7)
        let expected = #"""
            {"type":"urn:vinci-gateway:budget_exceeded","title":"Insufficient balance","status":402,\#
            "detail":"Insufficient balance. Current balance: $1.25, required: $2.50","code":"budget_exceeded",\#
            "request_id":"00000000000000010000000000000002","limit_source":"team:marketing/month","required_usd":2.5,\#
            "available_usd":0.000001,"resets_at":"2026-12-01T00:00:00Z","retry_after_seconds":7}
            """#
        #expect(problem.json(requestID: CallID(1, 2)) == expected)
        let response = problem.response(requestID: CallID(1, 2))
        #expect(response.status.code == 402)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(response.headers[.retryAfter] == "7")
    }

    @Test("survives any text in its detail", arguments: SeededGenerator.seeds(50))
    func escapes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scalars = (0..<40).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &random)) }
        var detail = "\"\\\u{0}\u{1F}\u{7F}\u{2028}😀"
        detail.unicodeScalars.append(contentsOf: scalars)
        let json = ProblemReply(.notFound, detail: detail).json(requestID: CallID(1, 2))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["detail"] as? String == detail, "seed \(seed)")
    }

    @Test("of every code has a title and an error status")
    func codes() {
        for code in ProblemCode.allCases {
            #expect(!code.title.isEmpty)
            #expect((400...599).contains(code.status))
        }
    }
}
