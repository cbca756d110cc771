import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("The control endpoint") struct ControlTests {
    @Test("shows the bill: lines, totals, accounts")
    func bill() async throws {
        let clock = SteppedTime()
        try await withSimulator(clock: clock) { caller async throws in
            let id = try await caller.ordered("A lighthouse", seconds: 5)
            clock.advance(by: .seconds(10))
            let bill = try await caller.get("/simulator/v1/bill")
            #expect(
                bill.json
                    == .object([
                        "accounts": .array([
                            .object([
                                "account_id": .string("main"), "deposited_usd": .number(100),
                                "spent_usd": .number(decimal("0.25")),
                                "balance_usd": .number(decimal("99.75")), "open_estimates_usd": .number(0),
                            ])
                        ]),
                        "totals": .object(["jobs": .number(1), "charged_usd": .number(decimal("0.25"))]),
                        "lines_forgotten": .number(0),
                        "lines": .array([
                            .object([
                                "request_id": .string(id), "account_id": .string("main"),
                                "key_id": .string("vinci_first"),
                                "kind": .string("text"), "prompt_sha256": .string(Digest.hex(of: "A lighthouse")),
                                "state": .string("completed"), "created_at": .string("2026-01-01T00:00:00.000000Z"),
                                "ended_at": .string("2026-01-01T00:00:10.000000Z"), "ordered_seconds": .number(5),
                                "seconds": .number(5), "estimated_cost_usd": .number(decimal("0.25")),
                                "cost_usd": .number(decimal("0.25")), "charged": .bool(true),
                            ])
                        ]),
                    ]))
        }
    }

    @Test("counts requests per call, per minute and per key, and keeps a bounded log of orders")
    func requests() async throws {
        let clock = SteppedTime()
        var configuration = SimulatorConfiguration.forTests()
        configuration.submitsMax = 2
        try await withSimulator(configuration, clock: clock) { caller async throws in
            for number in 1...3 { _ = try await caller.ordered("\(number)") }
            clock.advance(by: .seconds(60))
            _ = try await caller.get("/billing/balance")
            let report = try await caller.get("/simulator/v1/requests")
            #expect(report["post_count"]?.decimal == 3)
            #expect(report["calls"]?["submit-text"]?.decimal == 3)
            #expect(report["calls"]?["balance"]?.decimal == 1)
            #expect(report["minutes"]?.list?.count == 2)
            #expect(report["minutes"]?[1]?["minute"]?.string == "2026-01-01T00:01:00Z")
            #expect(report["minutes"]?[1]?["calls"]?["submit-text"]?.decimal == 0)
            #expect(report["keys"]?[0]?["admitted"]?.decimal == 4)
            #expect(report["submits"]?.list?.count == 2)
            #expect(report["submits_dropped"]?.decimal == 1)
            #expect(report["submits"]?[0]?["prompt_sha256"]?.string == Digest.hex(of: "2"))
        }
    }

    @Test("takes rules, shows how often they fired, and drops them")
    func faults() async throws {
        try await withSimulator { caller async throws in
            let rules =
                #"{"rules": [{"name": "no", "match": {"call": "submit-text"}, "refuse": {"status": 500, "detail": "no"}}]}"#
            #expect(try await caller.send("POST", "/simulator/v1/faults", body: rules).status == 200)
            #expect(try await caller.order().status == 500)
            #expect(
                try await caller.get("/simulator/v1/faults").text == #"{"rules":[{"fired":1,"met":1,"name":"no"}]}"#)
            #expect(try await caller.send("DELETE", "/simulator/v1/faults").text == #"{"rules":[]}"#)
            #expect(try await caller.order().status == 200)
        }
    }

    @Test("refuses a wrong rule with its line and key, and keeps none of the script")
    func wrongFaults() async throws {
        try await withSimulator { caller async throws in
            let script =
                "rules:\n - match: {}\n   drop: after-accept\n - match: { call: nothing }\n   drop: after-accept"
            let answer = try await caller.send("POST", "/simulator/v1/faults", body: script)
            #expect(answer.status == 422)
            #expect(answer.detail?.contains("line 4: rules[1].match.call: must be one of") == true)
            #expect(caller.simulator.faults.isEmpty)
        }
    }

    @Test("deposits money on an account, exactly")
    func deposit() async throws {
        try await withSimulator(.forTests(balance: .cents(1))) { caller async throws in
            #expect(try await caller.order().status == 402)
            let answer = try await caller.send(
                "POST", "/simulator/v1/accounts/main/deposit", body: #"{"amount_usd": 0.240001}"#)
            #expect(answer["balance_usd"]?.decimal == decimal("0.250001"))
            #expect(try await caller.order().status == 200)
            for body in [
                #"{"amount_usd": 0}"#, #"{"amount_usd": -1}"#, #"{"amount_usd": "5"}"#, #"{"amount": 5}"#,
                #"{"amount_usd": 0.0000001}"#, #"{"amount_usd": 1000001}"#, "{}",
            ] {
                #expect(try await caller.send("POST", "/simulator/v1/accounts/main/deposit", body: body).status == 422)
            }
            let unknown = try await caller.send(
                "POST", "/simulator/v1/accounts/none/deposit", body: #"{"amount_usd": 1}"#)
            #expect(unknown.status == 404)
        }
    }

    @Test("advances a stepped clock, and says so when time is real")
    func advance() async throws {
        try await withSimulator { caller async throws in
            let id = try await caller.ordered()
            let answer = try await caller.send("POST", "/simulator/v1/advance", body: #"{"milliseconds": 10000}"#)
            #expect(answer["now"]?.string == "2026-01-01T00:00:10.000000Z")
            #expect(try await caller.status(id)["status"]?.string == "completed")
            #expect(try await caller.send("POST", "/simulator/v1/advance", body: "{}").status == 422)
        }
        try await withSimulator(clock: RealTime()) { caller async throws in
            #expect(try await caller.send("POST", "/simulator/v1/advance", body: #"{"milliseconds": 1}"#).status == 409)
        }
    }
}
