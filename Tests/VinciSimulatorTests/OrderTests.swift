import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("An order") struct OrderTests {
    @Test("is answered with a new request id, pending, and its estimate")
    func accepted() async throws {
        try await withSimulator { caller async throws in
            let first = try await caller.order(seconds: 8)
            #expect(first.status == 200)
            #expect(first["status"]?.string == "pending")
            #expect(first["estimated_cost_usd"]?.decimal == decimal("0.40"))
            #expect(first["estimated_duration_seconds"]?.decimal == 8)
            let id = try #require(first["request_id"]?.string)
            #expect(id.hasPrefix("req_") && VinciLimits.isRequestID(id))
            #expect(try await caller.ordered() != id)
        }
    }

    @Test("may leave everything but the prompt out")
    func defaults() async throws {
        try await withSimulator { caller async throws in
            let answer = try await caller.send("POST", "/generate/text-to-video", body: #"{"prompt": "x"}"#)
            #expect(answer["estimated_duration_seconds"]?.decimal == 5)
        }
    }

    @Test(
        "with a field out of its rule is refused with 422, naming the field",
        arguments: [
            (#"{}"#, "prompt"), (#"{"prompt": ""}"#, "prompt"), (#"{"prompt": 7}"#, "prompt"),
            (#"{"prompt": "x", "duration_seconds": 0}"#, "duration_seconds"),
            (#"{"prompt": "x", "duration_seconds": 11}"#, "duration_seconds"),
            (#"{"prompt": "x", "duration_seconds": 1.5}"#, "duration_seconds"),
            (#"{"prompt": "x", "duration_seconds": "5"}"#, "duration_seconds"),
            (#"{"prompt": "x", "aspect_ratio": "4:3"}"#, "aspect_ratio"),
            (#"{"prompt": "x", "seed": -2}"#, "seed"), (#"{"prompt": "x", "duration": 5}"#, "duration"),
            (#"["prompt"]"#, "body"),
        ])
    func refused(body: String, field: String) async throws {
        try await withSimulator { caller async throws in
            let answer = try await caller.send("POST", "/generate/text-to-video", body: body)
            #expect(answer.status == 422)
            #expect(answer.detail?.hasPrefix("\(field): ") == true, "\(answer.text)")
            #expect(caller.simulator.bill.lines.isEmpty)
        }
    }

    @Test("that is not JSON is refused with 400, one that is too long with 413, one of another type with 422")
    func unreadable() async throws {
        try await withSimulator { caller async throws in
            #expect(try await caller.send("POST", "/generate/text-to-video", body: #"{"prompt"#).status == 400)
            #expect(try await caller.order(String(repeating: "x", count: 2001)).status == 422)
            #expect(try await caller.order(String(repeating: "x", count: 70_000)).status == 413)
            let answer = try await caller.send(
                "POST", "/generate/text-to-video", body: "prompt=x",
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(answer.status == 422)
        }
    }

    @Test("beyond the balance less the estimates of open jobs is refused with 402 and both figures")
    func insufficientBalance() async throws {
        try await withSimulator(.forTests(balance: .cents(60))) { caller async throws in
            _ = try await caller.ordered(seconds: 10)
            let refused = try await caller.order(seconds: 10)
            #expect(refused.status == 402)
            #expect(refused.detail == "Insufficient balance. Current balance: $0.10, required: $0.50")
            #expect(try await caller.order(seconds: 2).status == 200)
            #expect(try await caller.order(seconds: 1).status == 402)
            #expect(caller.simulator.bill.lines.count == 2)
        }
    }

    @Test("with a bad key, or none, is refused with 401 and no rate headers")
    func unknownKey() async throws {
        try await withSimulator { caller async throws in
            var stranger = caller
            for key in ["sk-unknown", "", nil] as [String?] {
                stranger.key = key
                let answer = try await stranger.order()
                #expect(answer.status == 401)
                #expect(answer.text == #"{"detail":"Invalid API key"}"#)
                #expect(answer.header("X-RateLimit-Limit") == nil)
            }
            #expect(caller.simulator.submits.isEmpty)
            #expect(caller.simulator.requests.postCount == 3)
        }
    }

    @Test("is logged by the witness with key, time and digest of the prompt")
    func logged() async throws {
        let clock = SteppedTime()
        try await withSimulator(clock: clock) { caller async throws in
            clock.advance(by: .seconds(3))
            let id = try await caller.ordered("A lighthouse", seconds: 4)
            let record = try #require(caller.simulator.submits.first)
            #expect(record.keyID == "vinci_first")
            #expect(record.at == clock.now())
            #expect(record.requestID == id)
            #expect(record.seconds == 4)
            #expect(record.promptSHA256 == "c686cbacf6b31b7cc9df5d2591d3c6b01a07d1b0cebccb0c123c1140d59f89f3")
        }
    }

    @Test("for an unknown path is 404 in Vinci's shape")
    func unknownPath() async throws {
        try await withSimulator { caller async throws in
            let answer = try await caller.get("/generate/poem")
            #expect(answer.status == 404)
            #expect(answer.text == #"{"detail":"Not Found"}"#)
        }
    }
}
