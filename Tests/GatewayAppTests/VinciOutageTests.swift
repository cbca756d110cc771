import Foundation
import GatewayAcceptance
import Testing
import VinciAPI
import VinciSimulator

@Suite("While Vinci does not tell how a job stands") struct VinciOutageTests {
    @Test(
        "its money stays held, its viewers see what was last known, and it is settled when Vinci is back",
        arguments: [
            CannedReply(status: 404, detail: "Request not found"), CannedReply(status: 500, detail: "Server error"),
            CannedReply(status: 429, detail: "Rate limit exceeded", retryAfterSeconds: 2),
            CannedReply(status: 200, body: "<html>maintenance</html>", contentType: "text/html"),
        ])
    func outage(reply: CannedReply) async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(100))
        settings.faults = [FaultRule("outage", match: FaultMatch(.status), action: .refuse(reply))]
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            let stale = try await eventually("the status to be marked stale") {
                let answer = try await house.app.status(ordered.requestID)
                return answer.header("X-Cache") == "STALE" ? answer : nil
            }
            #expect(stale.status == 200)
            #expect(stale["status"]?.string == "pending")
            #expect(stale.header("Age").flatMap { Int($0) } ?? 0 >= 1)
            #expect(try await office.job(ordered.job)["state"]?.string == "accepted")
            #expect(try await office.budget("studio")["held_usd"]?.decimal == usd("0.25"))

            gateway.simulator.removeFaults()
            _ = try await office.job(ordered.job, reaches: "completed")
            #expect(try await office.budget("studio")["captured_usd"]?.decimal == usd("0.25"))
            #expect(try await house.app.status(ordered.requestID).header("X-Cache") == "HIT")
        }
    }

    @Test("and is asked again and again, it is not asked more often for being watched")
    func watched() async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(100))
        settings.faults = [
            FaultRule(
                "outage", match: FaultMatch(.status), action: .refuse(CannedReply(status: 500, detail: "Server error")))
        ]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            try await eventually("the first question") { gateway.simulator.requests.calls[.status] >= 1 }
            for _ in 0..<200 { _ = try await house.app.status(ordered.requestID) }
            #expect(gateway.simulator.requests.calls[.status] <= 3)
        }
    }
}
