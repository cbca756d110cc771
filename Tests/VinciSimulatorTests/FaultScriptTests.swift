import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("A fault script") struct FaultScriptTests {
    @Test("of the examples is read whole, every kind of rule in it")
    func example() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "config/examples/simulator-faults.yaml")
        let rules = try FaultScript.rules(in: String(contentsOf: path, encoding: .utf8))
        #expect(rules.count >= 30)
        let kinds = Set(rules.compactMap(\.action).map { String("\($0)".prefix { $0 != "(" }) })
        #expect(
            kinds == [
                "refuse", "answer", "dropBeforeAccept", "dropAfterAccept", "job", "edit", "truncate", "wrongJSON",
                "contentType", "hugeBody", "slowBody",
            ])
        #expect(Set(rules.compactMap(\.match.call)) == [.submitText, .status, .video, .balance, .usage])
    }

    @Test(
        "says in YAML or JSON what can be said in code",
        arguments: [
            """
            rules:
              - name: all of it
                match: { call: submit-text, prompt_contains: sea, key_id: vinci_1, nth: 2, times: 3, probability: 0.5, seed: 9 }
                delay_accept: 250ms
                delay_reply: 2m
                job: { error: no, cost_usd: 1.25, seconds: 5.2, takes: 1h, request_id: req_x }
            """,
            #"""
            {"rules": [{"name": "all of it", "delay_accept": "250ms", "delay_reply": "2m",
              "match": {"call": "submit-text", "prompt_contains": "sea", "key_id": "vinci_1", "nth": 2, "times": 3,
                        "probability": 0.5, "seed": 9},
              "job": {"error": "no", "cost_usd": 1.25, "seconds": 5.2, "takes": "1h", "request_id": "req_x"}}]}
            """#,
        ])
    func wholeRule(script: String) throws {
        let fate = JobFate(
            error: "no", cost: .exactly(.cents(125)), length: VideoLength(milliseconds: 5_200), takes: .seconds(3600),
            identity: .given("req_x"))
        #expect(
            try FaultScript.rules(in: script) == [
                FaultRule(
                    "all of it",
                    match: FaultMatch(
                        .submitText, promptContains: "sea", keyID: "vinci_1", nth: 2, probability: Chance(0.5, seed: 9),
                        times: 3),
                    delayAccept: .milliseconds(250), delayReply: .seconds(120), action: .job(fate))
            ])
    }

    @Test("keeps the types of the values it sets")
    func values() throws {
        let script = """
            rules:
              - match: {}
                edit:
                  remove: [a, b]
                  set: { text: "17", number: 17.50, whole: -3, yes: true, nothing: null, plain: rendering, list: [1, {k: v}] }
            """
        let edit = ReplyEdit(
            remove: ["a", "b"],
            set: [
                "text": .string("17"), "number": .number(decimal("17.5")), "whole": .number(-3), "yes": .bool(true),
                "nothing": .null, "plain": .string("rendering"),
                "list": .array([.number(1), .object(["k": .string("v")])]),
            ])
        #expect(try FaultScript.rules(in: script).map(\.action) == [.edit(edit)])
    }

    @Test(
        "that is wrong is refused, naming the line, the key and the rule",
        arguments: [
            (
                "rules:\n - match: {}\n   drop: sometimes", 3, "rules[0].drop",
                "must be one of before-accept, after-accept"
            ),
            (
                "rules:\n - match: { call: submit }\n   wrong_json: true", 2, "rules[0].match.call",
                "must be one of submit-text"
            ),
            ("rules:\n - match: {}\n   colour: red\n   wrong_json: true", 3, "rules[0].colour", "unknown key"),
            ("rules:\n - match: { cal: status }\n   wrong_json: true", 2, "rules[0].match.cal", "unknown key"),
            ("rules:\n - drop: after-accept", 2, "rules[0]", "match is missing"),
            ("rules:\n - match: {}", 2, "rules[0]", "needs an action or a delay"),
            ("rules:\n - match: {}\n   wrong_json: false", 3, "rules[0].wrong_json", "must be true"),
            ("rules:\n - match: {}\n   delay_reply: soon", 3, "rules[0].delay_reply", "must be a duration"),
            ("rules:\n - match: {}\n   delay_reply: 25h", 3, "rules[0].delay_reply", "must be a duration"),
            ("rules:\n - match: {}\n   truncate: -1", 3, "rules[0].truncate", "must be a whole number"),
            (
                "rules:\n - match: {}\n   truncate: 1\n   wrong_json: true", 4, "rules[0].wrong_json",
                "a rule has one action"
            ),
            (
                "rules:\n - match: { probability: 1.5 }\n   drop: after-accept", 2, "rules[0].match.probability",
                "from 0 to 1"
            ),
            ("rules:\n - match: { seed: 1 }\n   drop: after-accept", 2, "rules[0].match.seed", "probability"),
            (
                "rules:\n - match: {}\n   refuse: { status: 99, detail: x }", 3, "rules[0].refuse.status",
                "from 200 to 599"
            ),
            ("rules:\n - match: {}\n   refuse: { status: 500 }", 3, "rules[0].refuse", "either detail or body"),
            (
                "rules:\n - match: { call: status }\n   job: { never_ends: true }", 2, "rules[0]",
                "submit-text and submit-image only"
            ),
            ("rules:\n - match: {}\n   job: { cost_usd: 1.0000001 }", 3, "rules[0].job.cost_usd", "six decimals"),
            (
                "rules:\n - match: {}\n   job: { cost_usd: 1, cost_percent: 2 }", 3, "rules[0].job.cost_usd",
                "given already"
            ),
            ("rules:\n - match: {}\n   job: {}", 3, "rules[0].job", "says nothing"),
            ("rules:\n - match: {}\n   content_type: \"a\\nb\"", 3, "rules[0].content_type", "printable ASCII"),
            ("rules: yes", 1, "rules", "must be a list"),
            ("more: 1\nrules: []", 1, "more", "unknown key"),
            ("- a", 1, "", "must be a mapping"),
            ("rules: [\n", 2, "", "not readable as YAML"),
            ("rules: []\nrules: []", nil, "", "named twice: rules"),
            ("", nil, "", "empty"),
        ] as [(String, Int?, String, String)])
    func refused(script: String, line: Int?, path: String, rule: String) throws {
        let problem = #expect(throws: ScriptProblem.self) { try FaultScript.rules(in: script) }
        if let line { #expect(problem?.line == line, "\(problem?.description ?? "")") }
        #expect(problem?.path == path)
        #expect(problem?.rule.contains(rule) == true, "\(problem?.description ?? "")")
    }
}
