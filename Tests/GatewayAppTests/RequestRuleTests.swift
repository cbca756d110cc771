import Foundation
import GatewayAcceptance
import NIOCore
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

/// A body that breaks one rule, and what the answer must say.
struct BrokenRule: Sendable, CustomTestStringConvertible {
    let body: String
    let says: String
    var status = 400

    var testDescription: String { says }

    static let ofTextOrders: [BrokenRule] = [
        BrokenRule(body: "{}", says: "prompt is required and must be text of 1 to 2000 characters"),
        BrokenRule(body: #"{"prompt": ""}"#, says: "prompt must be text of 1 to 2000 characters"),
        BrokenRule(
            body: #"{"prompt": "\#(String(repeating: "x", count: 2001))"}"#,
            says: "prompt must be text of 1 to 2000 characters"),
        BrokenRule(
            body: #"{"prompt": 5}"#,
            says: "prompt must be text of 1 to 2000 characters, without control characters, not a number"),
        BrokenRule(body: #"{"prompt": null}"#, says: "prompt must be text"),
        BrokenRule(body: #"{"prompt": "a\u0000b"}"#, says: "without control characters"),
        BrokenRule(
            body: #"{"prompt": "x", "duration_seconds": 0}"#,
            says: "duration_seconds must be a whole number from 1 to 10"),
        BrokenRule(
            body: #"{"prompt": "x", "duration_seconds": 11}"#,
            says: "duration_seconds must be a whole number from 1 to 10"),
        BrokenRule(
            body: #"{"prompt": "x", "duration_seconds": 2.5}"#,
            says: "duration_seconds must be a whole number from 1 to 10"),
        BrokenRule(
            body: #"{"prompt": "x", "duration_seconds": "5"}"#,
            says: "duration_seconds must be a whole number from 1 to 10, not a string"),
        BrokenRule(
            body: #"{"prompt": "x", "duration_seconds": 1e99}"#,
            says: "duration_seconds must be a whole number from 1 to 10"),
        BrokenRule(
            body: #"{"prompt": "x", "aspect_ratio": "4:3"}"#,
            says: #"aspect_ratio must be one of "16:9", "9:16", "1:1""#),
        BrokenRule(body: #"{"prompt": "x", "seed": -2}"#, says: "seed must be a whole number of at least -1"),
        BrokenRule(body: #"{"prompt": "x", "seed": 1.5}"#, says: "seed must be a whole number of at least -1"),
        BrokenRule(body: #"{"prompt": "x", "steps": 4}"#, says: "steps is not a known field"),
        BrokenRule(body: #"{"prompt": "x", "Prompt": "y"}"#, says: "Prompt is not a known field"),
        BrokenRule(body: "", says: "The request body is empty"),
        BrokenRule(body: "[]", says: "must be a JSON object"),
        BrokenRule(body: #"{"prompt": "x",}"#, says: "not well-formed JSON"),
        BrokenRule(body: #"{"prompt": "x""#, says: "not well-formed JSON"),
        BrokenRule(body: "\u{FEFF}{}", says: "without a byte order mark"),
        BrokenRule(
            body: #"{"prompt": "\#(String(repeating: "x", count: 70_000))"}"#, says: "at most 65536", status: 413),
    ]

    static let ofQueries: [BrokenRule] = [
        BrokenRule(body: "/api/v1/billing/usage?days=0", says: "days must be a whole number from 1 to 90"),
        BrokenRule(body: "/api/v1/billing/usage?days=91", says: "days must be a whole number from 1 to 90"),
        BrokenRule(body: "/api/v1/billing/usage?days=seven", says: "days must be a whole number from 1 to 90"),
        BrokenRule(body: "/api/v1/billing/usage?days=7&days=8", says: "days must be given once"),
        BrokenRule(body: "/api/v1/billing/usage?week=1", says: "week is not a known field"),
        BrokenRule(body: "/api/v1/billing/balance?days=7", says: "days is not a known field"),
        BrokenRule(body: "/gateway/v1/jobs?limit=0", says: "limit must be a whole number from 1 to"),
        BrokenRule(body: "/gateway/v1/jobs?state=lost", says: "state must be one of"),
        BrokenRule(body: "/gateway/v1/jobs?cursor=here", says: "cursor must be the next_cursor of an earlier page"),
        BrokenRule(body: "/gateway/v1/jobs?team=red", says: "team is not a known field"),
    ]
}

@Suite("A request that breaks a rule") struct RequestRuleTests {
    private func check(_ answer: WebAnswer, _ rule: BrokenRule, _ gateway: RunningGateway) {
        #expect(answer.status == rule.status, "\(answer.wire)")
        #expect(answer.header("Content-Type") == "application/problem+json")
        #expect(answer.detail?.contains(rule.says) == true, "\(answer.text)")
        let code = answer.code ?? ""
        #expect(answer["type"]?.string == "urn:vinci-gateway:\(code)")
        #expect(answer["status"]?.wholeNumber == rule.status)
        #expect(answer["request_id"]?.string == answer.header("X-Request-Id"))
        #expect(gateway.simulator.requests.postCount == 0)
    }

    @Test("in a text order is told the field and the rule, and nothing reaches Vinci")
    func textOrders() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            for rule in BrokenRule.ofTextOrders {
                let answer = try await house.app.post(WebClient.textToVideo, rule.body)
                check(answer, rule, gateway)
            }
            #expect(try await gateway.administration.jobs(of: "studio").isEmpty)
        }
    }

    @Test("in a query is told the parameter and the rule")
    func queries() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            for rule in BrokenRule.ofQueries { check(try await house.app.get(rule.body), rule, gateway) }
            let ordered = try await house.app.ordered("a harbour")
            for wait in ["0", "61", "x"] {
                let answer = try await house.app.get("/api/v1/status/\(ordered.job)?wait=\(wait)")
                #expect(answer.status == 400)
                #expect(answer.detail == "wait must be a whole number from 1 to 60.")
            }
        }
    }

    @Test("in an image order is told the field and the rule, and nothing reaches Vinci")
    func imageOrders() async throws {
        let good = Picture.png
        let prompt = ("prompt", "she waves")
        let cases: [(WebBody, BrokenRule)] = [
            (
                .form([prompt], image: nil),
                BrokenRule(body: "", says: "image is required and must be a JPEG or PNG file")
            ),
            (.form([], image: good), BrokenRule(body: "", says: "prompt is required")),
            (
                .form([prompt, ("duration_seconds", "12")], image: good),
                BrokenRule(body: "", says: "duration_seconds must be a whole number from 1 to 10")
            ),
            (.form([prompt, ("seed", "1")], image: good), BrokenRule(body: "", says: "seed is not a known field")),
            (.form([prompt, prompt], image: good), BrokenRule(body: "", says: "prompt must be given once")),
            (.form([prompt, ("image", "text")], image: nil), BrokenRule(body: "", says: "image must be a file")),
            (
                .form([prompt], image: Array("GIF89a, or so it says".utf8)),
                BrokenRule(body: "", says: "image must be a JPEG or PNG file", status: 415)
            ),
            (
                .form([prompt], image: Array(good.prefix(12))),
                BrokenRule(body: "", says: "image ends before its dimensions")
            ),
            (.json(#"{"prompt": "x"}"#), BrokenRule(body: "", says: "must be multipart/form-data", status: 415)),
        ]
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            for (body, rule) in cases {
                check(try await house.app.send(.POST, WebClient.imageToVideo, body), rule, gateway)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: gateway.folder.data.path + "/spool").isEmpty)
        }
    }

    @Test("by the size of its image is told so")
    func imageTooLarge() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            let image = Picture.png + [UInt8](repeating: 0, count: 20 << 20)
            let answer = try await house.app.orderImage("she waves", image: image)
            #expect(answer.status == 413)
            #expect(answer.code == "body_too_large")
            #expect(answer.detail?.hasPrefix("File too large. ") == true, "\(answer.text)")
            #expect(gateway.simulator.requests.postCount == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: gateway.folder.data.path + "/spool").isEmpty)
        }
    }

    @Test("by its content type or its headers is told so")
    func headers() async throws {
        let rules: [(HTTPHeaders, Int, String)] = [
            (["Content-Type": "text/plain"], 415, "The Content-Type of this request must be application/json"),
            (["Content-Type": "application/json; charset=latin-1"], 415, "utf-8"),
            (["Idempotency-Key": "a", "idempotency-key": "b"], 400, "Idempotency-Key must be given once"),
            (["Idempotency-Key": "two words"], 400, "Idempotency-Key must be 1 to 255 visible ASCII characters"),
            (
                ["Idempotency-Key": String(repeating: "k", count: 256)], 400,
                "Idempotency-Key must be 1 to 255 visible ASCII characters"
            ),
            (["X-Allow-Duplicate": "yes"], 400, "X-Allow-Duplicate must be true or false"),
        ]
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            for (headers, status, says) in rules {
                let answer = try await house.app.order("a harbour", headers: headers)
                check(answer, BrokenRule(body: "", says: says, status: status), gateway)
            }
        }
    }

    @Test("or not: its id is ours, never one that a client has chosen")
    func requestID() async throws {
        try await RunningGateway.run { gateway in
            let chosen = "0123456789abcdef0123456789abcdef"
            let answers = [
                try await gateway.door.get("/gateway/v1/whoami", headers: ["X-Request-Id": chosen]),
                try await gateway.door.get("/gateway/v1/whoami", headers: ["X-Request-Id": chosen]),
            ]
            let ids = answers.compactMap { $0.header("X-Request-Id") }
            #expect(Set(ids + [chosen]).count == 3)
        }
    }

    @Test(
        "or names a path that nobody serves gets a problem, too",
        arguments: ["/", "/api/v1/videos", "/api/v1/status/", "/wp-login.php"])
    func unknownPaths(path: String) async throws {
        try await RunningGateway.run { gateway in
            let answer = try await gateway.door.get(path)
            #expect(answer.status == 404, "\(answer.wire)")
            #expect(answer.code == "not_found")
            #expect(answer.header("X-Request-Id") != nil)
        }
    }
}
