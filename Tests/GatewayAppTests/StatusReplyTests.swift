import Foundation
import GatewayAcceptance
import GatewayApp
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("A job's status") struct StatusReplyTests {
    @Test("is Vinci's reply, the same under both names of the job")
    func vincisReply() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(400))) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            let live = try await house.app.status(ordered.requestID)
            #expect(live["request_id"]?.string == ordered.requestID)
            #expect(live["estimated_cost_usd"]?.decimal == usd("0.25"))
            let ended = try await house.app.followed(ordered.job)
            #expect(ended.json?.fields == ["request_id", "status", "video_url", "duration_seconds", "cost_usd"])
            #expect(ended["duration_seconds"]?.decimal == 5)
            #expect(ended["cost_usd"]?.decimal == usd("0.25"))
            #expect(try await house.app.status(ordered.requestID).text == ended.text)
        }
    }

    @Test("can be kept by caches: tags, ages, and nothing sent twice")
    func caching() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .seconds(1))) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            let live = try await house.app.status(ordered.requestID)
            #expect(live.header("Cache-Control") == "private, no-cache")
            #expect(["HIT", "MISS", "STALE"].contains(live.header("X-Cache")))
            #expect(live.header("Age").flatMap { Int($0) } != nil)

            let ended = try await house.app.followed(ordered.requestID)
            #expect(ended.header("Cache-Control") == "private, max-age=300")
            let tag = try #require(ended.header("ETag"))
            #expect(tag != live.header("ETag"))
            for condition in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let unchanged = try await house.app.status(ordered.requestID, headers: ["If-None-Match": condition])
                #expect(unchanged.status == 304)
                #expect(unchanged.text.isEmpty)
                #expect(unchanged.header("ETag") == tag)
            }
            #expect(
                try await house.app.status(ordered.requestID, headers: ["If-None-Match": "\"other\""]).status == 200)
        }
    }

    @Test("asked with wait comes when something changes, to all who wait, for one poll of ours")
    func longPoll() async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(1500))
        settings.configure = {
            $0.status.pollMin = .milliseconds(250)
            $0.status.pollMax = .milliseconds(250)
        }
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            let ends = try await simultaneously(30) { _ in
                try await house.app.followed(ordered.requestID)
            }
            #expect(ends.allSatisfy { $0["status"]?.string == "completed" })
            // Thirty viewers, one poller: what it asks depends on the time that passes, not on who looks.
            #expect(gateway.simulator.requests.calls[.status] < 30)
        }
    }

    @Test("asked with wait is answered after the wait when nothing changes")
    func longPollRunsOut() async throws {
        var settings = RunningGateway.Settings(jobDuration: .seconds(3600))
        settings.faults = [FaultRule("still", match: FaultMatch(.submitText), action: .job(JobFate(neverEnds: true)))]
        settings.configure = {
            $0.status.pollMin = .seconds(60)
            $0.status.pollMax = .seconds(60)
        }
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a still life")
            let clock = ContinuousClock()
            let began = clock.now
            let answer = try await house.app.get("/api/v1/status/\(ordered.job)?wait=1")
            #expect(answer.status == 200)
            #expect(clock.now - began < .seconds(20))
        }
    }
}
