import Foundation
import GatewayAcceptance
import GatewayApp
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("The upstream keys") struct UpstreamKeyTests {
    private static let keys = ["sk-upstream-key-of-account-one", "sk-upstream-key-of-account-two"]

    @Test("each ask about their own jobs only: a job lives and is settled with the key that ordered it")
    func ownJobs() async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(300))
        settings.simulator.accounts = Self.keys.enumerated().map { index, key in
            AccountSeed(
                id: "account-\(index)",
                keys: [KeySeed(key, id: RunningGateway.keyID(index), requestsPerMinute: 1000)])
        }
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio")
            for number in 0..<8 { _ = try await house.app.ordered("shot \(number)") }
            let jobs = try await eventually("all jobs to be completed") {
                let jobs = try await office.jobs(of: "studio")
                return jobs.allSatisfy { $0["state"]?.string == "completed" } ? jobs : nil
            }
            #expect(Set(jobs.compactMap { $0["upstream_key"]?.string }) == ["main", "key-1"])
            let bill = gateway.simulator.bill
            for job in jobs {
                let line = try #require(job["request_id"]?.string.flatMap { bill[requestID: $0] })
                #expect(line.accountID == (job["upstream_key"]?.string == "main" ? "account-0" : "account-1"))
            }
            // Each account has paid for its own, and nothing else.
            let charged = bill.accounts.map { $0.spent }.reduce(.zero, +)
            #expect(try await office.budget("studio")["captured_usd"]?.decimal == charged.decimal)
        }
    }

    @Test("are never asked more often than Vinci allows, whatever clients do; an order without a place costs nothing")
    func withinTheirMinute() async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(200))
        settings.simulator.accounts = [
            AccountSeed(keys: [KeySeed(Self.keys[0], id: RunningGateway.keyID(0), requestsPerMinute: 20)])
        ]
        settings.configure = { $0.submit.slotWait = .milliseconds(100) }
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio")
            let answers = try await simultaneously(40) { number in
                try await house.app.order("shot \(number)")
            }
            let accepted = answers.filter { $0.status == 200 }.count
            let busy = answers.filter { $0.status == 503 }
            #expect(accepted + busy.count == 40, "\(Set(answers.map(\.status)))")
            #expect((1...20).contains(accepted))
            for answer in busy {
                #expect(answer.code == "upstream_busy")
                #expect(answer.header("Retry-After") != nil)
            }
            #expect(
                gateway.simulator.requests.keys.allSatisfy { $0.limited == 0 }, "\(gateway.simulator.requests.keys)")
            #expect(gateway.simulator.requests.postCount == accepted)
            let budget = try await office.budget("studio")
            let committed = (budget["held_usd"]?.decimal ?? 0) + (budget["captured_usd"]?.decimal ?? 0)
            #expect(committed == Decimal(accepted) / 4)
        }
    }

    @Test("that administrators added are still there after a restart, when no other is configured")
    func survivesRestart() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var first = RunningGateway.Settings(jobDuration: .milliseconds(200), keys: Self.keys)
        first.folder = folder
        var second = first
        first.configure = { $0.upstream.keys.removeLast() }
        second.configure = { $0.upstream.keys = [] }
        let simulator = try VinciSimulator(first.simulator)
        try await simulator.serve { upstream in
            let app = try await RunningGateway.run(first, before: simulator, at: upstream) { gateway in
                try await gateway.administration.demand(
                    201, .POST, "/admin/v1/upstream-keys", #"{"id": "added", "api_key": "\#(Self.keys[1])"}"#)
                return try await gateway.administration.household("studio").app
            }
            try await RunningGateway.run(second, before: simulator, at: upstream) { gateway in
                let ordered = try await gateway.door.with(token: app.token).ordered("a harbour")
                let job = try await gateway.administration.job(ordered.job, reaches: "completed")
                #expect(job["upstream_key"]?.string == "added")
            }
            #expect(try TemporaryFolder.files(below: folder.data, containing: Self.keys[1]).isEmpty)
        }
    }

    @Test("can be added and removed while the gateway runs")
    func addedAndRemoved() async throws {
        let settings = RunningGateway.Settings(jobDuration: .milliseconds(200), keys: Self.keys)
        var withoutSecond = settings
        withoutSecond.configure = { $0.upstream.keys.removeLast() }
        try await RunningGateway.run(withoutSecond) { gateway in
            let office = gateway.administration
            let house = try await office.household("studio")
            try await office.demand(
                201, .POST, "/admin/v1/upstream-keys",
                #"{"id": "added", "api_key": "\#(Self.keys[1])", "requests_per_minute": 100}"#)
            #expect(try await office.demand(200, .GET, "/admin/v1/upstream")["keys"]?.list?.count == 2)
            let twice = try await gateway.admin.post(
                "/admin/v1/upstream-keys", #"{"id": "added", "api_key": "\#(Self.keys[1])"}"#)
            #expect((400..<500).contains(twice.status), "\(twice.wire)")
            let configured = try await gateway.admin.send(.DELETE, "/admin/v1/upstream-keys/main")
            #expect((400..<500).contains(configured.status), "what the file says stays: \(configured.wire)")
            try await office.demand(204, .DELETE, "/admin/v1/upstream-keys/added")
            #expect(try await office.demand(200, .GET, "/admin/v1/upstream")["keys"]?.list?.count == 1)
            #expect(try await house.app.order("a harbour").status == 200)
        }
    }
}
