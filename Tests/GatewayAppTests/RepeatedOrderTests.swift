import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciSimulator

@Suite("An order that is sent again") struct RepeatedOrderTests {
    private let key: HTTPHeaders = ["Idempotency-Key": "order-4711"]

    @Test("with the same Idempotency-Key gets the first one's answer and makes no second video")
    func replay() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            let first = try await house.app.order("a harbour", headers: key)
            let again = try await house.app.order("a harbour", headers: key)
            #expect(first.status == 200 && again.status == 200)
            #expect(again.text == first.text)
            #expect(first.header("Idempotency-Replayed") == nil)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(again.header("X-Gateway-Job-Id") == first.header("X-Gateway-Job-Id"))
            #expect(gateway.simulator.requests.postCount == 1)
        }
    }

    @Test("with the same Idempotency-Key and other fields is refused")
    func mismatch() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            _ = try await house.app.order("a harbour", headers: key)
            let other = try await house.app.order("a lighthouse", headers: key)
            #expect(other.status == 422)
            #expect(other.code == "idempotency_mismatch")
            let image = try await house.app.orderImage("a harbour", headers: key)
            #expect(image.status == 200, "the key belongs to the route it was used on: \(image.wire)")
            #expect(gateway.simulator.requests.postCount == 2)
        }
    }

    @Test("while the first is under way waits for its answer, and is asked to come back when that takes long")
    func inProgress() async throws {
        var settings = RunningGateway.Settings()
        settings.faults = [
            FaultRule("brief", match: FaultMatch(promptContains: "brief"), delayAccept: .milliseconds(600)),
            FaultRule("long", match: FaultMatch(promptContains: "long"), delayAccept: .seconds(5)),
        ]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            for prompt in ["a brief wait", "a long wait"] {
                let headers: HTTPHeaders = ["Idempotency-Key": "\(prompt.count)"]
                let posts = gateway.simulator.requests.postCount
                async let first = house.app.order(prompt, headers: headers)
                try await eventually("the order to be at Vinci") { gateway.simulator.requests.postCount == posts + 1 }
                let second = try await house.app.order(prompt, headers: headers)
                let original = try await first
                #expect(original.status == 200)
                if prompt.contains("brief") {
                    #expect(second.text == original.text)
                    #expect(second.header("Idempotency-Replayed") == "true")
                } else {
                    #expect(second.status == 409)
                    #expect(second.code == "idempotency_in_progress")
                    #expect(second.header("Retry-After") != nil)
                }
            }
            #expect(gateway.simulator.requests.postCount == 2)
        }
    }

    @Test("after a refusal that held nothing is a new order, whatever its key")
    func refusalIsNotKept() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio", month: "0.10")
            #expect(try await house.app.order("a harbour", headers: key).status == 402)
            try await gateway.administration.setBudget("team/studio", "month", "1")
            let second = try await house.app.order("a harbour", headers: key)
            #expect(second.status == 200)
            #expect(second.header("Idempotency-Replayed") == nil)
        }
    }

    @Test("within the duplicate window, with no key, gets the first one's answer unless it asks for a second video")
    func duplicateWindow() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            let first = try await house.app.order("a harbour")
            let retry = try await house.app.order("a harbour")
            #expect(retry.text == first.text)
            #expect(retry.header("Idempotency-Replayed") == "true")
            #expect(gateway.simulator.requests.postCount == 1)

            let wanted = try await house.app.order("a harbour", headers: ["X-Allow-Duplicate": "true"])
            #expect(wanted.status == 200)
            #expect(wanted["request_id"] != first["request_id"])
            let longer = try await house.app.order("a harbour", seconds: 6)
            #expect(longer["request_id"] != first["request_id"])
            let colleague = try await gateway.administration.issueToken("studio").app.order("a harbour")
            #expect(colleague["request_id"] != first["request_id"])
            #expect(gateway.simulator.requests.postCount == 4)
        }
    }

    @Test("after its outcome was lost, with no key and in the way of Vinci's own retry sample, is not sent again")
    func retryAfterLoss() async throws {
        var settings = RunningGateway.Settings()
        settings.faults = [FaultRule("lost", match: FaultMatch(.submitText), action: .dropAfterAccept)]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let first = try await house.app.order("a harbour")
            for _ in 0..<3 {
                let retry = try await house.app.order("a harbour")
                #expect(retry.status == 504)
                #expect(retry["job_id"] == first["job_id"])
                #expect(retry.header("Idempotency-Replayed") == "true")
            }
            #expect(gateway.simulator.requests.postCount == 1)
        }
    }

    @Test("many times at once makes one video, with a key and without", arguments: [true, false])
    func stampede(hasKey: Bool) async throws {
        let headers: HTTPHeaders = hasKey ? key : [:]
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("studio")
            let answers = try await simultaneously(40) { _ in
                try await house.app.order("a harbour", headers: headers)
            }
            let accepted = answers.filter { $0.status == 200 }
            #expect(Set(accepted.map(\.text)).count == 1)
            #expect(accepted.filter { $0.header("Idempotency-Replayed") == nil }.count == 1)
            // On a slow machine the first may take longer than the others are willing to wait.
            #expect(answers.allSatisfy { $0.status == 200 || $0.code == "idempotency_in_progress" })
            #expect(gateway.simulator.requests.postCount == 1)
            #expect(try await gateway.administration.budget("studio")["held_usd"]?.decimal ?? 1 <= usd("0.25") ?? 0)
        }
    }
}
