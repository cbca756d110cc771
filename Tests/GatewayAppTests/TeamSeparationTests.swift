import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

/// A call of the public port that names something.
private struct NamedCall: Sendable {
    let method: HTTPMethod
    let path: @Sendable (String) -> String

    /// Everything that can be named by a job's id.
    static let aboutJobs: [NamedCall] = [
        NamedCall(method: .GET) { "/api/v1/status/\($0)" },
        NamedCall(method: .GET) { "/api/v1/status/\($0)?wait=1" },
        NamedCall(method: .GET) { "/gateway/v1/jobs/\($0)" },
        NamedCall(method: .GET) { "/gateway/v1/videos/\($0)" },
        NamedCall(method: .POST) { "/gateway/v1/videos/\($0)/link" },
        NamedCall(method: .HEAD) { "/gateway/v1/jobs/\($0)/events" },
        NamedCall(method: .POST) { "/gateway/v1/jobs/\($0)/events/link" },
    ]

    static let aboutKeys: [NamedCall] = [NamedCall(method: .DELETE) { "/api/v1/keys/\($0)" }]
}

/// A team with one of everything that it would not like others to see.
private struct Possessions {
    let house: Household
    let job: OrderedJob
    let key: String
}

@Suite("What belongs to one team") struct TeamSeparationTests {
    private static let allScopes =
        #", "scopes": ["generate:text", "status:read", "video:read", "billing:read", "keys:read", "keys:write"]"#
    /// Of the right grammar, and nobody's.
    private static let absentJob = OrderedJob(
        requestID: "req_nobodyhasthisone12345678", job: "job_00000000000000000000000000")
    private static let absentKey = "vinci_0000000000000000"

    private func possessions(_ team: String, _ gateway: RunningGateway) async throws -> Possessions {
        let office = gateway.administration
        try await office.makeTeam(team)
        try await office.setBudget("team/\(team)", "month", "10")
        let house = try await office.issueToken(team, Self.allScopes)
        let job = try await house.app.ordered("the secret plan of \(team)")
        _ = try await office.job(job.job, reaches: "completed")
        let made = try await house.app.post("/api/v1/keys", #"{"name": "spare of \#(team)"}"#)
        return Possessions(house: house, job: job, key: try #require(made["key_id"]?.string))
    }

    @Test("is to the other three what does not exist, byte for byte, on every route")
    func invisible() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(50))) { gateway in
            var teams: [Possessions] = []
            for team in ["team-scarlet", "team-emerald", "team-azure", "team-umber"] {
                teams.append(try await possessions(team, gateway))
            }
            for owner in teams {
                for other in teams where other.house.team != owner.house.team {
                    try await checkJobs(of: owner, seenBy: other)
                    try await checkKeys(of: owner, seenBy: other)
                }
                try await checkLists(owner, among: teams)
            }
            // Everybody still has what they had: nobody revoked a foreign key.
            for owner in teams { try await checkOwn(owner) }
        }
    }

    private func checkJobs(of owner: Possessions, seenBy other: Possessions) async throws {
        for call in NamedCall.aboutJobs {
            let names = [(owner.job.job, Self.absentJob.job), (owner.job.requestID, Self.absentJob.requestID)]
            for (foreign, absent) in names {
                let seen = try await other.house.app.send(call.method, call.path(foreign))
                let nothing = try await other.house.app.send(call.method, call.path(absent))
                #expect(seen.status == 404)
                #expect(seen.wireWithoutChance == nothing.wireWithoutChance)
            }
        }
    }

    private func checkKeys(of owner: Possessions, seenBy other: Possessions) async throws {
        for call in NamedCall.aboutKeys {
            for foreign in [owner.key, owner.house.keyID] {
                let seen = try await other.house.app.send(call.method, call.path(foreign))
                let nothing = try await other.house.app.send(call.method, call.path(Self.absentKey))
                #expect(seen.status == 404)
                #expect(seen.wireWithoutChance == nothing.wireWithoutChance)
            }
        }
    }

    /// Lists and sums hold the team's own and no trace of the others.
    private func checkLists(_ owner: Possessions, among teams: [Possessions]) async throws {
        let app = owner.house.app
        let paths = [
            "/gateway/v1/jobs", "/gateway/v1/whoami", "/api/v1/keys", "/api/v1/billing/balance",
            "/api/v1/billing/usage",
        ]
        for path in paths {
            let answer = try await app.get(path)
            #expect(answer.status == 200, "\(answer.wire)")
            for other in teams where other.house.team != owner.house.team {
                let traces = [other.house.team, other.house.keyID, other.key, other.job.job, other.job.requestID]
                for trace in traces { #expect(!answer.wire.contains(trace), "\(path) tells \(trace)") }
            }
        }
        let jobs = try await app.get("/gateway/v1/jobs")
        #expect(jobs["jobs"]?.list?.map { $0["job_id"]?.string } == [owner.job.job])
        #expect(try await app.get("/api/v1/billing/usage")["total_cost_usd"]?.decimal == usd("0.25"))
        #expect(try await app.get("/api/v1/billing/balance")["total_spent_usd"]?.decimal == usd("0.25"))
        #expect(try await app.get("/api/v1/keys")["count"]?.wholeNumber == 2)
    }

    private func checkOwn(_ owner: Possessions) async throws {
        for call in NamedCall.aboutJobs {
            for name in [owner.job.job, owner.job.requestID] {
                #expect(try await owner.house.app.send(call.method, call.path(name)).status == 200)
            }
        }
        for call in NamedCall.aboutKeys {
            #expect(try await owner.house.app.send(call.method, call.path(owner.key)).status == 200)
        }
    }

    @Test("can be narrowed to one token's own jobs")
    func ownJobsOnly() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(50))) { gateway in
            let office = gateway.administration
            let desk = try await office.household("studio")
            let browser = try await office.issueToken("studio", #", "own_jobs_only": true"#)
            let mine = try await browser.app.ordered("drawn in the browser")
            let colleagues = try await desk.app.ordered("drawn at the desk")

            for call in NamedCall.aboutJobs {
                for (name, absent) in [
                    (colleagues.job, Self.absentJob.job), (colleagues.requestID, Self.absentJob.requestID),
                ] {
                    let seen = try await browser.app.send(call.method, call.path(name))
                    let nothing = try await browser.app.send(call.method, call.path(absent))
                    #expect(seen.status == 404)
                    #expect(seen.wireWithoutChance == nothing.wireWithoutChance)
                }
                #expect(try await browser.app.send(call.method, call.path(mine.job)).status == 200)
                #expect(try await desk.app.send(call.method, call.path(mine.job)).status == 200)
            }
            let listed = try await browser.app.get("/gateway/v1/jobs")["jobs"]?.list
            #expect(listed?.map { $0["job_id"]?.string } == [mine.job])
            let all = try await desk.app.get("/gateway/v1/jobs")["jobs"]?.list
            #expect(Set(all?.compactMap { $0["job_id"]?.string } ?? []) == [mine.job, colleagues.job])
        }
    }

    @Test("is not reached with another team's idempotency key")
    func idempotencyKeysAreTheTeams() async throws {
        try await RunningGateway.run { gateway in
            let red = try await gateway.administration.household("red")
            let blue = try await gateway.administration.household("blue")
            let headers: HTTPHeaders = ["Idempotency-Key": "1"]
            let first = try await red.app.order("the same words", headers: headers)
            let second = try await blue.app.order("the same words", headers: headers)
            #expect(first.status == 200 && second.status == 200)
            #expect(first["request_id"] != second["request_id"])
            #expect(second.header("Idempotency-Replayed") == nil)
            #expect(gateway.simulator.requests.postCount == 2)
        }
    }
}
