import Foundation
import Testing
import VinciAPI

@Suite("Vinci's documented JSON") struct ShapeTests {
    /// Reads the documented text, expects the value, and expects the value to be written as the same fields.
    private func check<Shape: Codable & Equatable>(_ text: String, _ value: Shape) throws {
        let decoded = try JSONDecoder().decode(Shape.self, from: Data(text.utf8))
        #expect(decoded == value)
        let written = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
        #expect(try written == JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    }

    private func decimal(_ text: String) throws -> Decimal { try #require(Decimal(string: text)) }

    @Test("of an order and its reply") func order() throws {
        try check(
            #"{"prompt":"p","duration_seconds":8,"aspect_ratio":"16:9","seed":-1}"#,
            TextToVideoRequest(prompt: "p", durationSeconds: 8))
        try check(
            #"{"request_id":"req_abc123","status":"pending","estimated_cost_usd":0.25,"estimated_duration_seconds":5}"#,
            OrderReply(
                requestID: "req_abc123", status: "pending", estimatedCostUSD: try decimal("0.25"),
                estimatedDurationSeconds: 5))
    }

    @Test("of a status has the fields of its state only") func status() throws {
        try check(
            #"{"request_id":"r","status":"pending","estimated_cost_usd":0.25}"#,
            StatusReply(requestID: "r", status: .pending, estimatedCostUSD: try decimal("0.25")))
        try check(
            #"{"request_id":"r","status":"processing","estimated_cost_usd":0.25,"progress":45}"#,
            StatusReply(requestID: "r", status: .processing, estimatedCostUSD: try decimal("0.25"), progress: 45))
        try check(
            #"{"request_id":"r","status":"completed","video_url":"https://h/v.mp4","duration_seconds":5.2,"cost_usd":0.26}"#,
            StatusReply(
                requestID: "r", status: .completed, videoURL: "https://h/v.mp4", durationSeconds: try decimal("5.2"),
                costUSD: try decimal("0.26")))
        try check(
            #"{"request_id":"r","status":"failed","error":"Invalid prompt format"}"#,
            StatusReply(requestID: "r", status: .failed, error: "Invalid prompt format"))
    }

    @Test("of the account") func account() throws {
        try check(
            #"{"balance_usd":25.5000,"total_spent_usd":134.7500}"#,
            BalanceReply(balanceUSD: try decimal("25.5"), totalSpentUSD: try decimal("134.75")))
        try check(
            """
            {"period_days":30,"total_requests":156,"total_seconds":420.5,"total_cost_usd":21.0250,
             "current_balance_usd":25.5000,"total_spent_usd":134.7500}
            """,
            UsageReply(
                periodDays: 30, totalRequests: 156, totalSeconds: try decimal("420.5"),
                totalCostUSD: try decimal("21.025"), currentBalanceUSD: try decimal("25.5"),
                totalSpentUSD: try decimal("134.75")))
    }

    @Test("of keys, with null for a key never used") func keys() throws {
        try check(#"{"name":"n","rate_limit":20}"#, NewKeyRequest(name: "n", rateLimit: 20))
        try check(#"{"name":"n"}"#, NewKeyRequest(name: "n", rateLimit: nil))
        try check(
            #"{"key_id":"vinci_1","name":"n","api_key":"sk-x","rate_limit":10,"created_at":"2024-01-01T00:00:00Z"}"#,
            NewKeyReply(keyID: "vinci_1", name: "n", apiKey: "sk-x", rateLimit: 10, createdAt: "2024-01-01T00:00:00Z"))
        try check(
            """
            {"api_keys":[{"key_id":"vinci_1","name":"n","is_active":false,"created_at":"2024-01-02T00:00:00Z",
             "last_used":null,"key_preview":"sk-...x","rate_limit":5}],"count":1}
            """,
            KeyListReply(apiKeys: [
                KeyRow(
                    keyID: "vinci_1", name: "n", isActive: false, createdAt: "2024-01-02T00:00:00Z", lastUsed: nil,
                    keyPreview: "sk-...x", rateLimit: 5)
            ]))
        try check(
            #"{"message":"API key revoked successfully","key_id":"vinci_1"}"#, KeyRevokedReply(keyID: "vinci_1"))
        try check(#"{"detail":"Invalid API key"}"#, ErrorReply(detail: "Invalid API key"))
    }

    @Test("with a new key does not print it") func newKeyIsSecret() {
        let reply = NewKeyReply(keyID: "vinci_1", name: "n", apiKey: "sk-canary", rateLimit: 10, createdAt: "")
        var dumped = ""
        dump(reply, to: &dumped)
        for text in ["\(reply)", String(reflecting: reply), dumped] {
            #expect(text.contains("vinci_1"))
            #expect(!text.contains("sk-canary"))
        }
    }

    @Test("has ids of letters, digits, _ and -, 1 to 128 of them") func ids() {
        for good in ["r", "req_abc-123", String(repeating: "A", count: 128)] { #expect(VinciLimits.isRequestID(good)) }
        for bad in ["", "a b", "a/b", "a.b", "é", "a\n", "a%20", String(repeating: "A", count: 129)] {
            #expect(!VinciLimits.isRequestID(bad))
        }
    }
}
