import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import Testing
import VinciAPI
import VinciSimulator

@Suite("A gateway that is told to stop") struct ShutdownTests {
    private static let key = "sk-upstream-key-of-the-shutdown-tests"

    @Test("answers every order that it has begun, refuses new ones, ends with 0, and leaves nothing unknown")
    func drains() async throws {
        let simulator = try VinciSimulator(
            SimulatorConfiguration(
                accounts: [AccountSeed(balance: .dollars(100), keys: [KeySeed(Self.key, requestsPerMinute: 1000)])],
                jobDuration: .milliseconds(500),
                faults: [FaultRule("slow", match: FaultMatch(promptContains: "slow"), delayReply: .seconds(3))]))
        try await simulator.serve { upstream in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let configuration = try GatewayProcess.configure(folder, upstream: upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                let app = try await stopDuringOrders(configuration, folder, http, simulator)
                let again = try await GatewayProcess.serve(configuration, in: folder, http: http)
                let office = again.administration
                let jobs = try await eventually("all jobs to be settled") {
                    let jobs = try await office.jobs(of: "studio")
                    return jobs.allSatisfy { $0["state"]?.string == "completed" } ? jobs : nil
                }
                #expect(jobs.count == 8)
                #expect(
                    try await office.budget("studio")["captured_usd"]?.decimal == simulator.bill.totals.charged.decimal)
                #expect(try await office.budget("studio")["held_usd"]?.decimal == 0)
                // The token is as good as before.
                let door = again.door.with(token: app.token)
                #expect(try await door.get("/gateway/v1/whoami").status == 200)
                #expect(try await again.stop().exit == 0)
            }
        }
    }

    /// Eight slow orders under way, then SIGTERM.
    private func stopDuringOrders(
        _ configuration: URL, _ folder: TemporaryFolder, _ http: HTTPClient, _ simulator: VinciSimulator
    ) async throws -> WebClient {
        let gateway = try await GatewayProcess.serve(configuration, in: folder, http: http)
        let house = try await gateway.administration.household("studio")
        try await withThrowingTaskGroup(of: WebAnswer.self) { tasks in
            for number in 0..<8 { tasks.addTask { try await house.app.order("slow shot \(number)") } }
            try await eventually("eight orders to be at Vinci") { simulator.requests.postCount == 8 }
            gateway.process.signal(SIGTERM)
            try await checkDraining(gateway, house)
            for try await answer in tasks { #expect(answer.status == 200, "\(answer.wire)") }
        }
        let ended = try await gateway.process.ended()
        #expect(ended.exit == 0, "\(ended.stderr)")
        #expect(simulator.requests.postCount == 8)
        return house.app
    }

    /// While orders are under way both ports still answer, and say why there is nothing to be had.
    private func checkDraining(_ gateway: GatewayProcess, _ house: Household) async throws {
        let ready = try await eventually("the gateway to be draining") {
            let ready = try await gateway.admin.get("/readyz")
            return ready.status == 503 ? ready : nil
        }
        #expect(ready.text == "draining\n")
        let late = try await house.app.order("too late")
        #expect(late.status == 503)
        #expect(late.code == "draining")
        #expect(late.header("Retry-After") != nil)
    }

    @Test("does not keep those waiting who wait for a change")
    func longPolls() async throws {
        let simulator = try VinciSimulator(
            SimulatorConfiguration(accounts: [AccountSeed(keys: [KeySeed(Self.key)])], jobDuration: .seconds(3600)))
        try await simulator.serve { upstream in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let configuration = try GatewayProcess.configure(
                folder, upstream: upstream, keys: [Self.key], lines: "status: { poll_min: 10m, poll_max: 10m }")
            try await HTTPClient.forTests { http in
                let gateway = try await GatewayProcess.serve(configuration, in: folder, http: http)
                let house = try await gateway.administration.household("studio")
                let ordered = try await house.app.ordered("a still life")
                var reads = try await readsLeft(house.app)
                async let waiting = house.app.get("/api/v1/status/\(ordered.job)?wait=60")
                // A read that waits has been counted, so the next of ours finds two less.
                try await eventually("somebody to wait") {
                    let left = try await readsLeft(house.app)
                    defer { reads = left }
                    return left < reads - 1
                }
                let began = ContinuousClock().now
                let ended = try await gateway.stop()
                #expect(ended.exit == 0)
                #expect(ContinuousClock().now - began < .seconds(30))
                #expect(try await waiting.status == 200)
            }
        }
    }

    private func readsLeft(_ app: WebClient) async throws -> Int {
        try #require(try await app.get("/gateway/v1/whoami")["read_rate_limit"]?["remaining"]?.wholeNumber)
    }

    @Test("by Ctrl-C ends with 0 as well, at once when nothing is under way")
    func interrupted() async throws {
        let simulator = try VinciSimulator(
            SimulatorConfiguration(accounts: [AccountSeed(keys: [KeySeed(Self.key)])]))
        try await simulator.serve { upstream in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let configuration = try GatewayProcess.configure(folder, upstream: upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                let gateway = try await GatewayProcess.serve(configuration, in: folder, http: http)
                gateway.process.signal(SIGINT)
                let ended = try await gateway.process.ended(within: .seconds(20))
                #expect(ended.exit == 0, "\(ended.stderr)")
            }
        }
    }
}
