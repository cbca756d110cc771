import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI

@Suite("A signed link to a job's events", .timeLimit(.minutes(2))) struct EventLinkTests {
    @Test("lets whoever has it follow the job without a token, and is on record as made")
    func works() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(300))
        settings.folder = folder
        let job = try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("red")
            let job = try await house.app.ordered("a harbour")
            let link = try await house.app.eventsLink(job.requestID)
            #expect(link.status == 200 && link.json?.fields == ["url", "expires_at"], "\(link.wire)")
            let url = try #require(link["url"]?.string)
            #expect(url.hasPrefix(gateway.door.origin + WebClient.events(job.job) + "?expires="))
            try await EventReader.forTests(connections: 1) { reader in
                let events = try await reader.read(url, token: nil)
                #expect(events.last?.kind == "end")
            }
            return job.job
        }
        // The sums are written at the end.
        try await RunningGateway.run(settings) { gateway in
            let links = try await gateway.administration.audited("events.linked", of: job)
            let reads = try await gateway.administration.audited("status.read", of: job)
            #expect(links == 1 && reads >= 1)
        }
    }

    @Test("is nothing when anything in it was changed, and says no more than that")
    func tampered() async throws {
        try await RunningGateway.run { gateway in
            let house = try await gateway.administration.household("red")
            let job = try await house.app.ordered("one")
            let other = try await house.app.ordered("two")
            let url = try #require(try await house.app.eventsLink(job.job)["url"]?.string)
            let target = String(url.dropFirst(gateway.door.origin.count))
            let expires = try #require(target.firstMatch(of: /expires=([0-9]+)/)?.1)
            let strange = try await gateway.door.get(WebClient.events(job.job))
            for changed in [
                target.replacing(job.job, with: other.job), target.replacing(job.job, with: job.requestID),
                target.replacing("expires=\(expires)", with: "expires=9999999999"),
                target.replacing("expires=\(expires)", with: "expires=9223372036854775807"),
                target.replacing("expires=\(expires)", with: "expires=never"), target + "&more=1",
                String(target.dropLast()),
                target.replacing(WebClient.events(job.job), with: "/gateway/v1/videos/\(job.job)"),
            ] {
                let answer = try await gateway.door.get(changed)
                #expect(answer.status == 401, "\(changed)")
                #expect(answer.wireWithoutChance == strange.wireWithoutChance)
            }
        }
    }

    @Test("needs the scope status:read, and follows on listed pages only")
    func scopeAndOrigin() async throws {
        try await RunningGateway.run { gateway in
            let office = gateway.administration
            let house = try await office.household("red")
            let job = try await house.app.ordered("one")
            let blind = try await office.issueToken("red", #", "scopes": ["video:read"]"#)
            #expect(try await blind.app.eventsLink(job.job).code == "scope_missing")
            #expect(try await blind.app.get(WebClient.events(job.job)).code == "scope_missing")
            let browser = try await office.issueToken("red", #", "allowed_origins": ["https://app.example"]"#)
            let url = try #require(try await browser.app.eventsLink(job.job)["url"]?.string)
            let target = String(url.dropFirst(gateway.door.origin.count))
            let strange = try await gateway.door.get(target, headers: ["Origin": "https://stranger.example"])
            #expect(strange.code == "origin_not_allowed")
            let head = try await gateway.door.send(.HEAD, target, headers: ["Origin": "https://app.example"])
            #expect(head.status == 200 && head.header("Access-Control-Allow-Origin") == "https://app.example")
            _ = try await office.demand(200, .PATCH, "/admin/v1/teams/red", #"{"suspended": true}"#)
            #expect(try await gateway.door.get(target).status == 401)
        }
    }
}
