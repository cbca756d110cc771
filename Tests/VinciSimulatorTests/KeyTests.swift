import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("An API key") struct KeyTests {
    @Test("is created with its text shown once, works, and is listed with a preview only")
    func created() async throws {
        try await withSimulator { caller async throws in
            let made = try await caller.send("POST", "/keys", body: #"{"name": "Second", "rate_limit": 20}"#)
            #expect(made.status == 200)
            #expect(made["name"]?.string == "Second")
            #expect(made["rate_limit"]?.decimal == 20)
            #expect(made["created_at"]?.string == "2026-01-01T00:00:00Z")
            let text = try #require(made["api_key"]?.string)
            let id = try #require(made["key_id"]?.string)
            #expect(text.hasPrefix("sk-") && id.hasPrefix("vinci_"))

            var second = caller
            second.key = text
            let list = try await second.get("/keys")
            #expect(list.header("X-RateLimit-Limit") == "20")
            #expect(list["count"]?.decimal == 2)
            let row = try #require(list["api_keys"]?[1])
            #expect(row["key_id"]?.string == id)
            #expect(row["is_active"] == .bool(true))
            #expect(row["last_used"]?.string == "2026-01-01T00:00:00Z")
            #expect(row["key_preview"]?.string == "sk-...\(text.suffix(6))...")
            #expect(!list.text.contains(text))
        }
    }

    @Test(
        "allows 10 requests per minute unless told otherwise, at most 100",
        arguments: [
            (#"{"name": "x"}"#, 10), (#"{"name": "x", "rate_limit": 100}"#, 100),
            (#"{"name": "x", "rate_limit": 101}"#, nil), (#"{"name": "x", "rate_limit": 0}"#, nil),
            (#"{"rate_limit": 5}"#, nil),
            (#"{"name": ""}"#, nil), (#"{"name": "x", "scopes": []}"#, nil),
        ] as [(String, Int?)])
    func rateLimit(body: String, granted: Int?) async throws {
        try await withSimulator { caller async throws in
            let answer = try await caller.send("POST", "/keys", body: body)
            #expect(answer.status == (granted == nil ? 422 : 200))
            #expect(answer["rate_limit"]?.wholeNumber == granted)
        }
    }

    @Test("is refused at once when it is revoked, and stays in the list as inactive")
    func revoked() async throws {
        try await withSimulator { caller async throws in
            let made = try await caller.send("POST", "/keys", body: #"{"name": "Second"}"#)
            let id = try #require(made["key_id"]?.string)
            var second = caller
            second.key = made["api_key"]?.string
            #expect(try await second.get("/billing/balance").status == 200)
            let revoked = try await caller.send("DELETE", "/keys/\(id)")
            #expect(revoked.text == #"{"key_id":"\#(id)","message":"API key revoked successfully"}"#)
            #expect(try await second.get("/billing/balance").status == 401)
            #expect(try await caller.get("/keys")["api_keys"]?[1]?["is_active"] == .bool(false))
            #expect(try await caller.send("DELETE", "/keys/\(id)").status == 404)
        }
    }

    @Test("of another account cannot be seen or revoked")
    func foreign() async throws {
        var configuration = SimulatorConfiguration.forTests()
        configuration.accounts.append(AccountSeed(id: "other", keys: [KeySeed("sk-other", id: "vinci_other")]))
        try await withSimulator(configuration) { caller async throws in
            #expect(try await caller.send("DELETE", "/keys/vinci_other").status == 404)
            #expect(try await caller.get("/keys")["count"]?.decimal == 1)
        }
    }

    @Test(
        "collides with no other in the configuration",
        arguments: [
            [AccountSeed(keys: [KeySeed("sk-a"), KeySeed("sk-a")])],
            [AccountSeed(id: "a", keys: [KeySeed("sk-a")]), AccountSeed(id: "b", keys: [KeySeed("sk-a")])],
            [AccountSeed(keys: [KeySeed("sk-a", id: "vinci_1"), KeySeed("sk-b", id: "vinci_1")])],
            [AccountSeed(keys: []), AccountSeed(keys: [])], [AccountSeed(keys: [KeySeed("sk a")])],
            [AccountSeed(keys: [KeySeed("sk-a", requestsPerMinute: 0)])], [AccountSeed(balance: .cents(-1))],
        ])
    func misconfigured(accounts: [AccountSeed]) {
        #expect(throws: SimulatorMisconfigured.self) {
            try VinciSimulator(SimulatorConfiguration(accounts: accounts))
        }
    }
}
