import Foundation
import GatewayAcceptance
import Testing
import VinciSimulator

@Suite("An order of unknown outcome") struct ResolveTests {
    private var settings: RunningGateway.Settings {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(200))
        settings.faults = [
            FaultRule("lost", match: FaultMatch(.submitText, promptContains: "lost"), action: .dropAfterAccept)
        ]
        return settings
    }

    /// Runs `body` with the job id of an order whose reply was lost.
    private func withLostOrder(_ body: (RunningGateway, String) async throws -> Void) async throws {
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let answer = try await house.app.order("lost at sea")
            try await body(gateway, try #require(answer["job_id"]?.string))
            #expect(try await gateway.administration.ledgerIsSound())
            #expect(gateway.simulator.requests.postCount == 1)
        }
    }

    private func resolve(
        _ id: String, _ fields: String, _ gateway: RunningGateway
    ) async throws -> WebAnswer {
        try await gateway.admin.post("/admin/v1/jobs/\(id)/resolve", "{\(fields)}")
    }

    @Test("is found by an operator under Vinci's id, and then charged what Vinci charges")
    func found() async throws {
        try await withLostOrder { gateway, id in
            let requestID = try #require(gateway.simulator.submits.first?.requestID)
            let answer = try await resolve(
                id, #""resolution": "found", "request_id": "\#(requestID)", "reason": "seen in the dashboard""#, gateway
            )
            #expect(answer.status == 200, "\(answer.wire)")
            let job = try await gateway.administration.job(id, reaches: "completed")
            #expect(job["request_id"]?.string == requestID)
            #expect(job["cost_usd"]?.decimal == usd("0.25"))
            let budget = try await gateway.administration.budget("studio")
            #expect(budget["captured_usd"]?.decimal == gateway.simulator.bill.totals.charged.decimal)
            #expect(budget["held_usd"]?.decimal == 0)
        }
    }

    @Test("is written off at the cost that an operator found")
    func charged() async throws {
        try await withLostOrder { gateway, id in
            let answer = try await resolve(
                id, #""resolution": "charged", "cost_usd": 0.26, "reason": "invoice 12""#, gateway)
            #expect(answer.status == 200, "\(answer.wire)")
            #expect(answer["state"]?.string == "written_off")
            let budget = try await gateway.administration.budget("studio")
            #expect(budget["captured_usd"]?.decimal == usd("0.26"))
            #expect(budget["held_usd"]?.decimal == 0)
            let record = try await gateway.administration.auditRecord("job.written_off", of: id)
            #expect(record["actor"]?.string?.contains("admin_") == true)
            #expect(record["detail"]?.string?.contains("invoice 12") == true)
        }
    }

    @Test("gives its money back when an operator knows that nothing was charged")
    func notCharged() async throws {
        try await withLostOrder { gateway, id in
            let answer = try await resolve(id, #""resolution": "not_charged", "reason": "support said so""#, gateway)
            #expect(answer.status == 200, "\(answer.wire)")
            #expect(answer["state"]?.string == "refused")
            let budget = try await gateway.administration.budget("studio")
            #expect(budget["captured_usd"]?.decimal == 0)
            #expect(budget["held_usd"]?.decimal == 0)
        }
    }

    @Test("is resolved once: a second finding changes nothing")
    func once() async throws {
        try await withLostOrder { gateway, id in
            _ = try await resolve(id, #""resolution": "charged", "cost_usd": 0.25, "reason": "invoice 12""#, gateway)
            let second = try await resolve(id, #""resolution": "not_charged", "reason": "second thoughts""#, gateway)
            #expect(second.status == 400)
            #expect(second.detail?.contains("written_off, not unknown") == true, "\(second.text)")
            #expect(try await gateway.administration.budget("studio")["captured_usd"]?.decimal == usd("0.25"))
        }
    }

    @Test("cannot take the request id of another job")
    func anotherJobsID() async throws {
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let good = try await house.app.ordered("a harbour")
            let lost = try await house.app.order("lost at sea")
            let answer = try await resolve(
                try #require(lost["job_id"]?.string),
                #""resolution": "found", "request_id": "\#(good.requestID)", "reason": "a slip""#, gateway)
            #expect(answer.status == 400)
            #expect(answer.detail == "request_id names another job.")
        }
    }
}
