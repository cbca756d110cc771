import Foundation
import Testing
import VinciAPI

@testable import VinciClient

@Suite("A question to Vinci", .timeLimit(.minutes(1))) struct QueryTests {
    private func ask<Reply: Sendable>(
        _ status: Int = 200, _ body: String, _ call: (VinciClient) async -> Reading<QueryOutcome<Reply>>
    ) async throws -> QueryOutcome<Reply> {
        let server = try await RawServer(.reply(status, body, "Retry-After: 5"))
        return try await Fixture.withClient(of: server) { await call($0).outcome }
    }

    private func status(_ body: String) async throws -> QueryOutcome<StatusReply> {
        try await ask(200, body) { await $0.status(of: "req_1") }
    }

    @Test("about a job reads each documented state") func states() async throws {
        #expect(
            try await status(#"{"request_id":"req_1","status":"pending","estimated_cost_usd":0.25}"#)
                == .reply(StatusReply(requestID: "req_1", status: .pending, estimatedCostUSD: 0.25)))
        #expect(
            try await status(#"{"request_id":"req_1","status":"processing","estimated_cost_usd":0.25,"progress":45}"#)
                == .reply(StatusReply(requestID: "req_1", status: .processing, estimatedCostUSD: 0.25, progress: 45)))
        let url = "https://storage.googleapis.com/vinci-dev/videos/generated_video.mp4"
        let done =
            #"{"request_id":"req_1","status":"completed","video_url":"\#(url)","duration_seconds":5.2,"cost_usd":0.26}"#
        let cost = try #require(Decimal(string: "0.26"))
        let seconds = try #require(Decimal(string: "5.2"))
        let completed = StatusReply(
            requestID: "req_1", status: .completed, videoURL: url, durationSeconds: seconds, costUSD: cost)
        #expect(try await status(done) == .reply(completed))
        #expect(
            try await status(#"{"request_id":"req_1","status":"failed","error":"Invalid\n prompt\u0007 format"}"#)
                == .reply(StatusReply(requestID: "req_1", status: .failed, error: "Invalid prompt format")))
    }

    @Test("believes nothing that decides about money or identity unless it is right")
    func unreadable() async throws {
        let table: [(String, String)] = [
            (#"{"request_id":"req_2","status":"completed","cost_usd":0.26}"#, "request_id"),
            (#"{"status":"completed","cost_usd":0.26}"#, "request_id"),
            (#"{"request_id":"req_1","status":"done"}"#, "status"),
            (#"{"request_id":"req_1","status":"completed","cost_usd":-0.01}"#, "cost_usd"),
            (#"{"request_id":"req_1","status":"completed","cost_usd":"0.26"}"#, "cost_usd"),
            (#"{"request_id":"req_1","status":"completed","cost_usd":1000000.01}"#, "cost_usd"),
            (#"{"request_id":"req_1","status":"completed","cost_usd":0.26,"duration_seconds":-5}"#, "duration_seconds"),
            (#"{"request_id":"req_1","status":"completed","cost_usd":0.26,"video_url":"/video.mp4"}"#, "video_url"),
            (
                #"{"request_id":"req_1","status":"completed","cost_usd":0.26,"video_url":"file:///etc/passwd"}"#,
                "video_url"
            ),
            (
                #"{"request_id":"req_1","status":"completed","cost_usd":0.26,"video_url":"https://u:p@h/v"}"#,
                "video_url"
            ),
            (#"{"request_id":"req_1","status":"completed","cost_usd":0.26,"video_url":"https:///v"}"#, "video_url"),
            (#"{"request_id":"req_1","status":"completed","cost_usd":0.26,"video_url":"https://h/a b"}"#, "video_url"),
        ]
        for (body, field) in table {
            #expect(try await status(body) == .failed(.unreadable(reason: UnreadableReply.field(field).reason)))
        }
        let leak = #"{"request_id":"req_1","status":"completed","cost_usd":0,"video_url":"https://h/?k=\#(canary)"}"#
        #expect(try await status(leak) == .failed(.unreadable(reason: UnreadableReply.repeatsKey("video_url").reason)))
        #expect(try await status("<html>") == .failed(.unreadable(reason: UnreadableReply.notJSON.reason)))
    }

    @Test("drops what is only shown when it makes no sense, and takes zero for a value") func shown() async throws {
        for progress in ["-1", "101", "\"45%\"", "1e400", "null"] {
            let body = #"{"request_id":"req_1","status":"completed","cost_usd":0,"progress":\#(progress)}"#
            #expect(
                try await status(body) == .reply(StatusReply(requestID: "req_1", status: .completed, costUSD: 0)))
        }
    }

    @Test("about the account reads decimals exactly") func account() async throws {
        let balance = try await ask(200, #"{"balance_usd":12345678901.123456,"total_spent_usd":134.7500}"#) {
            await $0.balance()
        }
        #expect(balance == .failed(.unreadable(reason: UnreadableReply.field("balance_usd").reason)))
        let exact = try await ask(200, #"{"balance_usd":-0.000001,"total_spent_usd":123456789.123456}"#) {
            await $0.balance()
        }
        let owed = try #require(Decimal(string: "-0.000001"))
        let spent = try #require(Decimal(string: "123456789.123456"))
        #expect(exact == .reply(BalanceReply(balanceUSD: owed, totalSpentUSD: spent)))
        let usage = try await ask(
            200,
            """
            {"period_days":30,"total_requests":156,"total_seconds":420.5,"total_cost_usd":21.0250,
             "current_balance_usd":25.5000,"total_spent_usd":134.7500}
            """
        ) { await $0.usage(days: 30) }
        let reply = UsageReply(
            periodDays: 30, totalRequests: 156, totalSeconds: try #require(Decimal(string: "420.5")),
            totalCostUSD: try #require(Decimal(string: "21.025")), currentBalanceUSD: 25.5,
            totalSpentUSD: 134.75)
        #expect(usage == .reply(reply))
    }

    @Test("about keys reads the documented lists") func keys() async throws {
        let row = """
            {"key_id":"vinci_abc","name":"Production\\u0000 Key","is_active":true,"created_at":"2024-01-01T00:00:00Z",
             "last_used":null,"key_preview":"sk-...abc123...","rate_limit":10}
            """
        let list = try await ask(200, #"{"api_keys":[\#(row)],"count":1}"#) { await $0.keys() }
        let expected = KeyRow(
            keyID: "vinci_abc", name: "Production Key", isActive: true, createdAt: "2024-01-01T00:00:00Z",
            lastUsed: nil,
            keyPreview: "sk-...abc123...", rateLimit: 10)
        #expect(list == .reply(KeyListReply(apiKeys: [expected])))

        let made = try await ask(
            200,
            #"{"key_id":"vinci_abc","name":"n","api_key":"sk-new-key-1","rate_limit":10,"created_at":"2024-01-01T00:00:00Z"}"#
        ) { await $0.createKey(NewKeyRequest(name: "n", rateLimit: 10)) }
        let key = NewKeyReply(
            keyID: "vinci_abc", name: "n", apiKey: "sk-new-key-1", rateLimit: 10, createdAt: "2024-01-01T00:00:00Z")
        #expect(made == .reply(key))

        let gone = try await ask(200, #"{"message":"API key revoked successfully","key_id":"vinci_abc"}"#) {
            await $0.revokeKey("vinci_abc")
        }
        #expect(gone == .reply(KeyRevokedReply(keyID: "vinci_abc")))
        let other = try await ask(200, #"{"message":"API key revoked successfully","key_id":"vinci_xyz"}"#) {
            await $0.revokeKey("vinci_abc")
        }
        #expect(other == .failed(.unreadable(reason: UnreadableReply.field("key_id").reason)))
    }

    @Test("refused by Vinci says so, with the time to wait") func refused() async throws {
        let outcome = try await ask(429, #"{"detail":"Rate limit exceeded. Try again in 60 seconds."}"#) {
            await $0.balance()
        }
        let detail = "Rate limit exceeded. Try again in 60 seconds."
        #expect(outcome == .failed(.status(429, detail: detail, retryAfterSeconds: 5)))
    }

    @Test("never answered ends at the deadline") func deadline() async throws {
        let server = try await RawServer()
        let outcome = try await Fixture.withClient(of: server, requestTimeout: .milliseconds(500)) {
            await $0.balance().outcome
        }
        #expect(outcome == .failed(.unreachable(reason: ExchangeFailure.deadline.reason)))
    }
}
