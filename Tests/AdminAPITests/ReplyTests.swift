import AdminAPI
import Foundation
import Testing
import VinciAPI

@Suite("A reply") struct ReplyTests {
    @Test("names its list, counts its rows and says null when there is no next page")
    func listing() throws {
        let page = Listing([
            UsageRowReply(
                team: "a", orders: 1, completed: 1, failed: 0, unknown: 0, seconds: 5, heldUSD: 0, capturedUSD: 1)
        ])
        let text = try json(page)
        #expect(text.hasPrefix(#"{"count":1,"next_cursor":null,"rows":[{"#))
        #expect(try decoded(Listing<UsageRowReply>.self, text) == page)
    }

    @Test("keeps money to the last digit, both ways")
    func money() throws {
        let cost = try #require(Decimal(string: "92233720368.477581"))
        let text = try json(sample(cost: cost))
        #expect(text.contains(#""cost_usd":92233720368.477581"#))
        #expect(try decoded(JobReply.self, text).costUSD == cost)
    }

    @Test("has the same keys when a value is missing")
    func nulls() throws {
        let text = try json(sample(cost: nil))
        for key in ["cost_usd", "request_id", "accepted_at", "ended_at", "video_url", "error"] {
            #expect(text.contains("\"\(key)\":null"), "\(key)")
        }
        #expect(!text.contains("history"))
    }

    @Test("of an older server reads its missing keys as null")
    func older() throws {
        let change = try decoded(JobChange.self, #"{"at": "2026-11-22T10:00:00Z", "to": "dispatching"}"#)
        #expect(change == JobChange(at: "2026-11-22T10:00:00Z", from: nil, to: "dispatching", reason: nil))
    }

    @Test("to a new token is the token's row with the text beside it")
    func newToken() throws {
        let row = TokenReply(
            keyID: "vinci_1", team: "a", name: "n", scopes: [], rateLimit: 10, readRateLimit: 600, allowedOrigins: [],
            ownJobsOnly: false, preview: "sk-vgw-…abcd", state: "active", createdAt: "2026-11-22T10:00:00Z",
            expiresAt: nil, lastUsedAt: nil)
        let text = try json(NewTokenReply(token: "sk-vgw-x", issued: row))
        #expect(text.contains(#""key_id":"vinci_1""#) && text.contains(#""token":"sk-vgw-x""#))
        #expect(try decoded(NewTokenReply.self, text) == NewTokenReply(token: "sk-vgw-x", issued: row))
    }

    @Test("with a secret does not print it")
    func secret() {
        let request = NewUpstreamKeyRequest(id: "main", apiKey: "sk-hidden")
        #expect("\(request)" == "NewUpstreamKeyRequest(***)")
        var dumped = ""
        dump([request], to: &dumped)
        #expect(!dumped.contains("hidden") && !String(reflecting: [request]).contains("hidden"))
    }

    @Test("that refuses leaves out what does not apply")
    func problem() throws {
        let problem = Problem(
            type: Problem.type(of: "not_found"), title: "Not found", status: 404, detail: "No such team.",
            code: "not_found", requestID: "req_1")
        let text = try json(problem)
        #expect(text.contains(#""type":"urn:vinci-gateway:not_found""#))
        #expect(!text.contains("null") && !text.contains("job_id"))
    }

    private func sample(cost: Decimal?) -> JobReply {
        JobReply(
            jobID: "job_1", requestID: nil, team: "a", keyID: "vinci_1", kind: .text, state: "dispatching", seconds: 5,
            estimatedCostUSD: 0.25, holdUSD: 0.28, costUSD: cost, createdAt: "2026-11-22T10:00:00Z", acceptedAt: nil,
            endedAt: nil, videoURL: nil, error: nil)
    }
}

@Suite("A path") struct PathTests {
    @Test(
        "cannot be changed by an id",
        arguments: [("a/../b", "a%2F..%2Fb"), ("a?b#c", "a%3Fb%23c"), ("ä\n", "%C3%A4%0A")])
    func escapes(id: String, segment: String) {
        #expect(AdminPath.team(id) == "/admin/v1/teams/\(segment)")
    }

    @Test("gives the server its route patterns")
    func pattern() {
        #expect(AdminPath.resolve(job: ":id") == "/admin/v1/jobs/:id/resolve")
        #expect(
            AdminPath.budget(ownerKind: "team", ownerID: "marketing", period: "month")
                == "/admin/v1/budgets/team/marketing/month")
    }
}

func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
}
