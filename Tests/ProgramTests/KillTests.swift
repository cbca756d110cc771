import AsyncHTTPClient
import Crypto
import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

/// The gateway is killed in the middle of fifty orders, again and again, and Vinci's own bill is the witness.
@Suite("A gateway that is killed", .serialized) struct KillTests {
    private static let rounds = ProcessInfo.processInfo.environment["VINCI_TEST_KILLS"].flatMap { Int($0) } ?? 3
    private static let orders = 50
    private static let keys = (0..<10).map { "sk-upstream-key-of-the-kill-tests-\($0)" }

    private var simulated: SimulatorConfiguration {
        SimulatorConfiguration(
            accounts: [
                AccountSeed(
                    balance: .dollars(10_000),
                    keys: Self.keys.enumerated().map { KeySeed($1, name: "key \($0)", requestsPerMinute: 100_000) })
            ], jobDuration: .seconds(2), billedLength: .longer(milliseconds: 200),
            faults: [
                // Vinci takes these at once and answers late: the gateway dies between sending and recording.
                FaultRule("late answers", match: FaultMatch(promptContains: "late"), delayReply: .seconds(20)),
                // Vinci has these in hand, and has not decided when the gateway dies.
                FaultRule("slow to take", match: FaultMatch(promptContains: "slow"), delayAccept: .seconds(20)),
            ])
    }

    @Test("loses no order, sends none twice, charges what Vinci charges, and keeps money held for what it cannot know")
    func killed() async throws {
        let simulator = try VinciSimulator(simulated)
        try await simulator.serve { upstream in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let configuration = try GatewayProcess.configure(
                folder, upstream: upstream, keys: Self.keys,
                lines: "status: { poll_min: 200ms, poll_max: 1s }\nlimits: { open_jobs_per_team: 1000 }")
            try await HTTPClient.forTests { http in
                for round in 1...Self.rounds {
                    try await KilledRound(
                        team: "round-\(round)", number: round, simulator: simulator, configuration: configuration,
                        folder: folder, http: http
                    ).run(orders: Self.orders)
                }
                try await checkLastStart(configuration, folder, http, simulator)
            }
        }
    }

    /// After all kills: the ledger adds up, offline as well, and Vinci was never asked twice for one order.
    private func checkLastStart(
        _ configuration: URL, _ folder: TemporaryFolder, _ http: HTTPClient, _ simulator: VinciSimulator
    ) async throws {
        let gateway = try await GatewayProcess.serve(configuration, in: folder, http: http)
        #expect(try await gateway.administration.ledgerIsSound())
        let bill = simulator.bill.totals.charged.decimal
        var committed: Decimal = 0
        for round in 1...Self.rounds {
            let budget = try await gateway.administration.budget("round-\(round)")
            committed += (budget["captured_usd"]?.decimal ?? 0) + (budget["held_usd"]?.decimal ?? 0)
        }
        #expect(committed >= bill, "held and captured $\(committed), Vinci charged $\(bill)")
        let prompts = simulator.submits.map(\.promptSHA256)
        #expect(Set(prompts).count == prompts.count, "an order was sent twice")
        #expect(try await gateway.stop().exit == 0)
        let offline = try await ChildProcess.run(
            GatewayProcess.program, ["ledger", "verify", "--store", "sqlite:\(folder.store.path)"],
            environment: GatewayProcess.environment(), in: folder)
        #expect(offline.exit == 0, "\(offline.stdout)\(offline.stderr)")
    }
}

/// One life and one violent death of the gateway in the middle of its orders, a second one in the middle of settling
/// them, and the life after that.
private struct KilledRound {
    let team: String
    let number: Int
    let simulator: VinciSimulator
    let configuration: URL
    let folder: TemporaryFolder
    let http: HTTPClient

    func run(orders count: Int) async throws {
        // Two of five are caught in the middle.
        let kinds = ["quick", "quick", "late", "quick", "slow"]
        let orders = (0..<count).map { KilledOrder(prompt: "\(team) \(kinds[$0 % 5]) \($0)", key: "\(team)-\($0)") }
        let accepted = try await liveAndDie(orders)
        try await settleAndDie()

        let gateway = try await GatewayProcess.serve(configuration, in: folder, http: http)
        let office = gateway.administration
        #expect(try await office.ledgerIsSound())
        let jobs = try await eventually("all jobs to be settled or unknown", within: .seconds(60)) {
            let jobs = try await office.jobs(of: team)
            let ends: Set = ["completed", "unknown", "refused", "cancelled"]
            return jobs.allSatisfy { ends.contains($0["state"]?.string ?? "") } ? jobs : nil
        }
        try checkAccepted(accepted, jobs)
        try await checkMoney(jobs, office)
        try await checkRetries(orders, try await office.issueToken(team).app)
        #expect(try await office.ledgerIsSound())
        try await gateway.crash()
    }

    /// - Returns: what clients were told was accepted.
    private func liveAndDie(_ orders: [KilledOrder]) async throws -> [OrderedJob] {
        let gateway = try await GatewayProcess.serve(configuration, in: folder, http: http)
        let office = gateway.administration
        try await office.makeTeam(team)
        try await office.setBudget("team/\(team)", "month", "100")
        let app = try await office.issueToken(team).app
        // On a slow machine all of the others may be caught in the middle; this one has its answer.
        let first = try await app.ordered("\(team) first of all")
        let before = simulator.requests.postCount
        return try await withThrowingTaskGroup(of: OrderedJob?.self) { tasks in
            for order in orders { tasks.addTask { await order.accepted(by: app) } }
            // A different moment in each round: from a few orders at Vinci to all of them.
            let moment = min(orders.count, 12 + number * 12)
            try await eventually("\(moment) orders to be at Vinci") {
                simulator.requests.postCount - before >= moment
            }
            try await gateway.crash()
            return try await tasks.reduce(into: [first]) { if let job = $1 { $0.append(job) } }
        }
    }

    private func settleAndDie() async throws {
        let gateway = try await GatewayProcess.serve(configuration, in: folder, http: http)
        try await eventually("the first job to be settled") {
            try await gateway.administration.jobs(of: team).contains { $0["state"]?.string == "completed" }
        }
        try await gateway.crash()
    }

    /// Whoever was told "accepted" has a job, charged as on Vinci's bill.
    private func checkAccepted(_ accepted: [OrderedJob], _ jobs: [JSONValue]) throws {
        let bill = simulator.bill
        for ordered in accepted {
            let job = try #require(jobs.first { $0["job_id"]?.string == ordered.job }, "\(ordered.job) is lost")
            #expect(job["request_id"]?.string == ordered.requestID)
            #expect(job["state"]?.string == "completed")
        }
        // So is every job that the gateway itself knows Vinci's id of, whether or not its client was told.
        for job in jobs where job["state"]?.string == "completed" {
            let id = try #require(job["request_id"]?.string)
            #expect(job["cost_usd"]?.decimal == bill[requestID: id]?.cost?.decimal)
        }
    }

    /// What is captured is what the jobs cost; what is held is what nobody can know yet.
    private func checkMoney(_ jobs: [JSONValue], _ office: Administration) async throws {
        let unknown = jobs.filter { $0["state"]?.string == "unknown" }
        #expect(!unknown.isEmpty, "nothing was caught between sending and recording: the test has not tested it")
        let budget = try await office.budget(team)
        let held = unknown.reduce(Decimal(0)) { $0 + ($1["hold_usd"]?.decimal ?? 0) }
        #expect(budget["held_usd"]?.decimal == held)
        let captured = jobs.reduce(Decimal(0)) { $0 + ($1["cost_usd"]?.decimal ?? 0) }
        #expect(budget["captured_usd"]?.decimal == captured)
    }

    /// Clients that lost their connection try again with the same key: nothing that Vinci has seen is sent again.
    private func checkRetries(_ orders: [KilledOrder], _ app: WebClient) async throws {
        let seen = Set(simulator.submits.map(\.promptSHA256))
        let posts = simulator.requests.postCount
        for order in orders where seen.contains(order.promptSHA256) {
            let answer = try await order.send(to: app)
            #expect(answer.status == 200 || answer.status == 504, "\(answer.wire)")
            #expect(answer.header("Idempotency-Replayed") == "true")
        }
        #expect(simulator.requests.postCount == posts)
    }
}

/// An order as a careful client sends it.
private struct KilledOrder: Sendable {
    let prompt: String
    let key: String

    var promptSHA256: String {
        SHA256.hash(data: Data(prompt.utf8)).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    func send(to app: WebClient) async throws -> WebAnswer {
        try await app.order(prompt, headers: ["Idempotency-Key": key])
    }

    /// Nil when the gateway died before it said so.
    func accepted(by app: WebClient) async -> OrderedJob? {
        guard let answer = try? await send(to: app), answer.status == 200,
            let id = answer["request_id"]?.string, let job = answer.header("X-Gateway-Job-Id")
        else { return nil }
        return OrderedJob(requestID: id, job: job)
    }
}
