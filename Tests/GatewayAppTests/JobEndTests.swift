import Foundation
import GatewayAcceptance
import Testing
import VinciAPI
import VinciSimulator

/// How a job ends at Vinci, and what the team must have paid then.
struct JobEnd: Sendable, CustomTestStringConvertible {
    let name: String
    let fault: FaultRule?
    let state: String
    /// Of a 5 s order, for which $0.25 were held.
    let captured: String
    /// In the history of the job; nil: nothing remarkable.
    var remark: String?

    var testDescription: String { name }

    private static func fate(_ fate: JobFate) -> FaultRule {
        FaultRule("fate", match: FaultMatch(.submitText), action: .job(fate))
    }

    static let all: [JobEnd] = [
        JobEnd(name: "completes at the estimate", fault: nil, state: "completed", captured: "0.25"),
        JobEnd(
            name: "fails", fault: fate(JobFate(error: "Invalid prompt format")), state: "failed", captured: "0",
            remark: "Invalid prompt format"),
        JobEnd(
            name: "costs more than was held", fault: fate(JobFate(cost: .percent(400))), state: "completed",
            captured: "1", remark: "overrun: held $0.25, cost $1.00"),
        JobEnd(
            name: "is longer than ordered, as on Vinci's page",
            fault: fate(JobFate(length: VideoLength(milliseconds: 5200))),
            state: "completed", captured: "0.26", remark: "overrun: held $0.25, cost $0.26"),
        JobEnd(
            name: "costs less than was held", fault: fate(JobFate(cost: .exactly(.cents(9)))), state: "completed",
            captured: "0.09"),
        JobEnd(name: "is a gift", fault: fate(JobFate(cost: .percent(0))), state: "completed", captured: "0"),
        JobEnd(
            name: "names no cost",
            fault: FaultRule("no cost", match: FaultMatch(.status), action: .edit(ReplyEdit(remove: ["cost_usd"]))),
            state: "completed", captured: "0.25", remark: "Vinci reported no cost: seconds × price"),
    ]
}

@Suite("A job that") struct JobEndTests {
    @Test("is settled once, at its true cost, though no client ever asks for it", arguments: JobEnd.all)
    func settledUnwatched(end: JobEnd) async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(100))
        settings.faults = [end.fault].compactMap(\.self)
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio", month: "0.30")
            let ordered = try await house.app.ordered("a harbour at dawn")
            let job = try await office.job(ordered.job, reaches: end.state)

            let budget = try await office.budget("studio")
            #expect(budget["captured_usd"]?.decimal == usd(end.captured))
            #expect(budget["held_usd"]?.decimal == 0)
            #expect(gateway.simulator.bill.totals.charged.decimal == usd(end.captured))
            let last = job["history"]?.list?.last
            #expect(last?["to"]?.string == end.state)
            #expect(last?["reason"]?.string == end.remark)
            #expect(try await office.ledgerIsSound())
            try await checkClientSees(end, house.app, ordered)
        }
    }

    private func checkClientSees(_ end: JobEnd, _ app: WebClient, _ ordered: OrderedJob) async throws {
        let status = try await app.status(ordered.requestID)
        #expect(status["status"]?.string == end.state)
        if end.state == "failed" {
            #expect(status["error"]?.string == "Invalid prompt format")
        } else {
            #expect(status["cost_usd"]?.decimal == usd(end.captured))
            #expect(status["video_url"]?.string?.hasSuffix(".mp4") == true, "\(status.text)")
        }
        // After an overrun the team is over its limit, and the next order finds that out.
        let next = try await app.order("the next one", seconds: 1)
        let isOver = (usd("0.30") ?? 0) < (usd(end.captured) ?? 0) + (usd("0.05") ?? 0)
        #expect(next.status == (isOver ? 402 : 200))
    }

    @Test("a client ordered and then hung up on is carried out and charged all the same", arguments: VideoKind.allCases)
    func hungUp(kind: VideoKind) async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(100))
        settings.faults = [
            FaultRule("slow", match: FaultMatch(promptContains: "slow"), delayAccept: .milliseconds(700))
        ]
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio")
            let impatient = Task {
                switch kind {
                case .text: try await house.app.order("slow boat")
                case .image: try await house.app.orderImage("slow boat")
                }
            }
            try await eventually("the order to be at Vinci") { gateway.simulator.requests.postCount == 1 }
            impatient.cancel()
            let job = try await eventually("a completed job") {
                try await office.jobs(of: "studio").first { $0["state"]?.string == "completed" }
            }
            #expect(gateway.simulator.bill.totals.jobs == 1)
            #expect(try await office.budget("studio")["captured_usd"]?.decimal == usd("0.25"))
            // The reply that nobody was there to take is still to be had under the job's id.
            let id = try #require(job["job_id"]?.string)
            #expect(try await house.app.status(id)["status"]?.string == "completed")
            #expect(await impatient.result.isFailure)
            // What was uploaded is gone once it has been sent.
            #expect(try FileManager.default.contentsOfDirectory(atPath: gateway.folder.data.path + "/spool").isEmpty)
        }
    }

    @Test("goes back to pending in Vinci's replies never goes back in ours")
    func onlyForward() async throws {
        var settings = RunningGateway.Settings(jobDuration: .seconds(3))
        settings.faults = [
            FaultRule(
                "backwards", match: FaultMatch(.status, nth: 4), action: .edit(.backToPending))
        ]
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            var seen: [String] = []
            _ = try await eventually("the end") {
                let status = try await house.app.status(ordered.requestID)["status"]?.string ?? ""
                if seen.last != status { seen.append(status) }
                return status == "completed" ? true : nil
            }
            let order = ["pending", "processing", "completed"]
            #expect(seen == order.filter(seen.contains), "\(seen)")
            #expect(gateway.simulator.faults.first?.fired == 1)
        }
    }
}

extension Result {
    var isFailure: Bool { if case .failure = self { true } else { false } }
}
