import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("A fault") struct FaultTests {
    /// Runs one order under one rule and tells its answer, nil when there was none, and how many jobs exist after it.
    private func order(
        under action: FaultAction, _ check: (Answer?, Int) throws -> Void
    ) async throws {
        let rule = FaultRule("under test", match: FaultMatch(.submitText), action: action)
        try await withSimulator(.forTests(faults: [rule])) { caller async throws in
            let answer = try? await caller.order()
            try check(answer, caller.simulator.bill.lines.count)
            #expect(caller.simulator.faults == [FaultReport(name: "under test", met: 1, fired: 1)])
        }
    }

    @Test("that refuses creates no job")
    func refuse() async throws {
        let canned = CannedReply(status: 429, detail: "Slow down.", retryAfterSeconds: 9)
        try await order(under: .refuse(canned)) { answer, jobs in
            #expect(answer?.status == 429)
            #expect(answer?.text == #"{"detail":"Slow down."}"#)
            #expect(answer?.header("Retry-After") == "9")
            #expect(answer?.header("X-RateLimit-Limit") == "100000")
            #expect(jobs == 0)
        }
    }

    @Test("that refuses with a status without a body leaves the connection fit for the next request")
    func refuseWithoutBody() async throws {
        let rule = FaultRule(
            match: FaultMatch(.submitText, times: 1), action: .refuse(CannedReply(status: 204, detail: "Nothing")))
        try await withSimulator(.forTests(faults: [rule])) { caller async throws in
            let empty = try await caller.order()
            #expect(empty.status == 204 && empty.byteCount == 0)
            #expect(try await caller.order().status == 200)
        }
    }

    @Test("that answers for Vinci leaves the job it does not mention")
    func answer() async throws {
        try await order(under: .answer(CannedReply(status: 500, detail: "Oops"))) { answer, jobs in
            #expect(answer?.status == 500)
            #expect(jobs == 1)
        }
    }

    @Test("that redirects creates no job")
    func redirect() async throws {
        try await order(under: .refuse(.redirect(to: "http://127.0.0.1:9/", status: 302))) { answer, jobs in
            #expect(answer?.status == 302)
            #expect(answer?.header("Location") == "http://127.0.0.1:9/")
            #expect(jobs == 0)
        }
    }

    @Test("that drops the connection before accepting leaves nothing, after accepting leaves the job")
    func drop() async throws {
        try await order(under: .dropBeforeAccept) { answer, jobs in
            #expect(answer == nil)
            #expect(jobs == 0)
        }
        try await order(under: .dropAfterAccept) { answer, jobs in
            #expect(answer == nil)
            #expect(jobs == 1)
        }
    }

    @Test("that truncates breaks the connection within the promised body")
    func truncate() async throws {
        try await order(under: .truncate(afterBytes: 10)) { answer, jobs in
            #expect(answer == nil)
            #expect(jobs == 1)
        }
    }

    @Test("of form: broken JSON, foreign content type, a huge body")
    func form() async throws {
        try await order(under: .wrongJSON) { answer, jobs in
            #expect(answer?.status == 200 && answer?.json == nil && jobs == 1)
            #expect(answer?.text.hasPrefix(#"{"estimated"#) == true)
        }
        try await order(under: .contentType("text/html")) { answer, jobs in
            #expect(answer?.header("Content-Type") == "text/html")
            #expect(answer?["request_id"] != nil && jobs == 1)
        }
        try await order(under: .hugeBody(bytes: 3_000_001)) { answer, jobs in
            #expect(answer?.byteCount == 3_000_001)
            #expect(answer?["request_id"] != nil && jobs == 1)
        }
    }

    @Test("of shape: fields missing, foreign, of the wrong type")
    func shape() async throws {
        let edit = ReplyEdit(
            remove: ["request_id", "status"],
            set: ["estimated_cost_usd": .string("a quarter"), "status": .array([.null])])
        try await order(under: .edit(edit)) { answer, jobs in
            #expect(
                answer?.json
                    == .object([
                        "estimated_cost_usd": .string("a quarter"), "estimated_duration_seconds": .number(5),
                        "status": .array([.null]),
                    ]))
            #expect(jobs == 1)
        }
    }

    @Test("that slows the body spends the time it says")
    func slowBody() async throws {
        let clock = SteppedTime()
        let rule = FaultRule(match: FaultMatch(.balance), action: .slowBody(bytesPerSecond: 10))
        try await withSimulator(.forTests(faults: [rule]), clock: clock) { caller async throws in
            let start = clock.now()
            let answer = try await clock.advancing { try await caller.get("/billing/balance") }
            let bytes = answer.byteCount
            #expect(clock.now().since(start) == .milliseconds(100 * (bytes - 1)))
        }
    }

    @Test("of a job: never ends")
    func neverEnds() async throws {
        let clock = SteppedTime()
        let rule = FaultRule(match: FaultMatch(.submitText), action: .job(JobFate(neverEnds: true)))
        try await withSimulator(.forTests(faults: [rule]), clock: clock) { caller async throws in
            let id = try await caller.ordered()
            clock.advance(by: .seconds(1_000_000))
            let answer = try await caller.status(id)
            #expect(answer["status"]?.string == "processing")
            #expect(answer["progress"]?.decimal == 99)
            #expect(caller.simulator.bill.accounts.first?.openEstimates == .cents(25))
        }
    }

    @Test("of a job: fails with its error")
    func fails() async throws {
        let clock = SteppedTime()
        let rule = FaultRule(match: FaultMatch(.submitText), action: .job(JobFate(error: "Invalid prompt format")))
        try await withSimulator(.forTests(faults: [rule]), clock: clock) { caller async throws in
            let id = try await caller.ordered()
            clock.advance(by: .seconds(10))
            #expect(
                try await caller.status(id).json
                    == .object([
                        "request_id": .string(id), "status": .string("failed"),
                        "error": .string("Invalid prompt format"),
                    ]))
        }
    }

    @Test(
        "of a job: costs more, something else, or nothing; and the bill says the same as the reply",
        arguments: [
            (JobFate(cost: .percent(150)), 38), (JobFate(cost: .exactly(.cents(350))), 350),
            (JobFate(cost: .percent(0)), 0), (JobFate(length: VideoLength(milliseconds: 5_200)), 26),
        ] as [(JobFate, Int64)])
    func cost(fate: JobFate, cents: Int64) async throws {
        let clock = SteppedTime()
        let rule = FaultRule(match: FaultMatch(.submitText), action: .job(fate))
        try await withSimulator(.forTests(faults: [rule]), clock: clock) { caller async throws in
            let id = try await caller.ordered()
            clock.advance(by: .seconds(10))
            #expect(try await caller.status(id)["cost_usd"]?.decimal == USD.cents(cents).decimal)
            #expect(caller.simulator.bill[requestID: id]?.cost == .cents(cents))
            #expect(caller.simulator.bill.accounts.first?.spent == .cents(cents))
        }
    }

    @Test("of a job: carries an id that is taken, or a given one, and takes its own time")
    func identity() async throws {
        let clock = SteppedTime()
        let twin = FaultRule(
            match: FaultMatch(.submitText, promptContains: "twin"), action: .job(JobFate(identity: .ofPreviousJob)))
        let named = FaultRule(
            match: FaultMatch(.submitText, promptContains: "named"),
            action: .job(JobFate(takes: .seconds(1), identity: .given("req_named"))))
        try await withSimulator(.forTests(faults: [twin, named]), clock: clock) { caller async throws in
            let first = try await caller.ordered()
            #expect(try await caller.ordered("twin") == first)
            #expect(caller.simulator.bill.lines.count == 2)
            #expect(try await caller.ordered("named") == "req_named")
            clock.advance(by: .seconds(1))
            #expect(try await caller.status("req_named")["status"]?.string == "completed")
            #expect(try await caller.status(first)["status"]?.string == "pending")
        }
    }

    @Test("of a status: unknown state, backwards, gone, without its cost")
    func status() async throws {
        let clock = SteppedTime()
        let rules = [
            FaultRule(
                match: FaultMatch(.status, nth: 2), action: .edit(ReplyEdit(set: ["status": .string("rendering")]))),
            FaultRule(match: FaultMatch(.status, nth: 2), action: .edit(.backToPending)),
            FaultRule(match: FaultMatch(.status, nth: 2), action: .refuse(CannedReply(status: 410, detail: "Gone"))),
            FaultRule(match: FaultMatch(.status, nth: 2), action: .edit(ReplyEdit(remove: ["cost_usd"]))),
        ]
        try await withSimulator(.forTests(faults: rules), clock: clock) { caller async throws in
            let id = try await caller.ordered()
            clock.advance(by: .seconds(10))
            #expect(try await caller.status(id)["cost_usd"] != nil)
            #expect(try await caller.status(id)["status"]?.string == "rendering")
            let backwards = try await caller.status(id)
            #expect(backwards.json == .object(["request_id": .string(id), "status": .string("pending")]))
            #expect(try await caller.status(id).status == 410)
            let free = try await caller.status(id)
            #expect(free["status"]?.string == "completed" && free["cost_usd"] == nil)
        }
    }

    @Test("of a download: expired, broken off")
    func download() async throws {
        let clock = SteppedTime()
        let rules = [
            FaultRule(match: FaultMatch(.video, times: 1), action: .refuse(CannedReply(status: 403, body: "Expired"))),
            FaultRule(
                match: FaultMatch(.video, promptContains: "lighthouse", times: 1), action: .truncate(afterBytes: 99)),
        ]
        try await withSimulator(.forTests(faults: rules), clock: clock) { caller async throws in
            let id = try await caller.ordered()
            clock.advance(by: .seconds(10))
            #expect(try await caller.get("/videos/\(id).mp4").status == 403)
            await #expect(throws: (any Error).self) { try await caller.get("/videos/\(id).mp4") }
            #expect(try await caller.get("/videos/\(id).mp4").status == 200)
            #expect(caller.simulator.requests.calls[.video] == 3)
        }
    }

    @Test("of time: the reply waits after the job exists, or the job waits too")
    func delay() async throws {
        let clock = SteppedTime()
        let rules = [
            FaultRule(match: FaultMatch(.submitText, promptContains: "reply"), delayReply: .seconds(30)),
            FaultRule(match: FaultMatch(.submitText, promptContains: "accept"), delayAccept: .seconds(30)),
        ]
        try await withSimulator(.forTests(faults: rules), clock: clock) { caller async throws in
            for (prompt, jobsMeanwhile) in [("late reply", 1), ("late accept", 0)] {
                let before = caller.simulator.bill.lines.count
                async let id = caller.ordered(prompt)
                try await clock.somebodySleeps()
                #expect(caller.simulator.bill.lines.count - before == jobsMeanwhile)
                clock.advance(by: .seconds(30))
                _ = try await id
                #expect(caller.simulator.bill.lines.count - before == 1)
            }
        }
    }
}

extension SteppedTime {
    /// Moves time in steps of 100 ms whenever something sleeps, until `work` is done.
    func advancing<Answer: Sendable>(while work: @Sendable @escaping () async throws -> Answer) async throws -> Answer {
        let mover = Task {
            while true {
                try await somebodySleeps()
                advance(by: .milliseconds(100))
            }
        }
        defer { mover.cancel() }
        return try await work()
    }
}
