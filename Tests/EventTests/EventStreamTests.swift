import Foundation
import GatewayAcceptance
import GatewayApp
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import VinciAPI
import VinciSimulator

@Suite("The events of a job", .timeLimit(.minutes(3))) struct EventStreamTests {
    @Test("lead from the order to its video, and whoever comes late is told the end alone")
    func whole() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .seconds(2))) { gateway in
            let house = try await gateway.administration.household("red")
            let job = try await house.app.ordered("a harbour")
            let url = gateway.door.origin + WebClient.events(job.requestID)
            try await EventReader.forTests(connections: 2) { reader in
                let events = try await reader.read(url, token: house.app.token)
                let states = events.compactMap { $0.json?["status"]?.string }
                #expect(states.first == "pending" && states.suffix(2) == ["completed", "completed"])
                #expect(events.suffix(2).map(\.kind) == ["status", "end"])
                #expect(events.dropLast().allSatisfy { $0.kind == "status" })
                #expect(Set(events.map(\.id)).count == events.count)
                let status = try await house.app.status(job.requestID)
                #expect(events.suffix(2).map(\.data) == [status.text, status.text])
                #expect(status.header("ETag") == events.dropLast().last.map { "\"\($0.id)\"" })

                let late = try await reader.read(url, token: house.app.token)
                #expect(late == Array(events.suffix(2)))
                let last = try #require(events.last?.id)
                let over = try await house.app.get(WebClient.events(job.job), headers: ["Last-Event-ID": last])
                #expect(over.status == 204 && over.body.readableBytes == 0)
            }
        }
    }

    @Test("reach 500 streams at once when something changes")
    func fiveHundred() async throws {
        let settings = RunningGateway.Settings(jobDuration: .seconds(3600))
        let time = SteppedTime()
        let simulator = try VinciSimulator(settings.simulator, clock: time)
        try await simulator.serve { upstream in
            try await RunningGateway.run(settings, before: simulator, at: upstream) { gateway in
                let house = try await gateway.administration.household("red")
                _ = try await gateway.administration.demand(
                    200, .PATCH, "/admin/v1/tokens/\(house.keyID)", #"{"read_rate_limit": 10000}"#)
                let job = try await house.app.ordered("a crowd")
                let url = gateway.door.origin + WebClient.events(job.job)
                let crowd = Crowd(500)
                try await EventReader.forTests(connections: 500) { reader in
                    async let all = simultaneously(500) { number in
                        try await reader.read(url, token: house.app.token, number: number) { _ in crowd.note(number) }
                    }
                    try await eventually("all of them to be told the first state") { crowd.all(have: 1) }
                    try await eventually("the gauge of open streams") {
                        try await gateway.admin.get("/metrics").text.contains("vinci_gateway_event_streams 500")
                    }
                    let asked = simulator.requests.calls[.status]
                    time.advance(by: .seconds(1800))
                    try await eventually("all of them to be told that it is worked on") { crowd.all(have: 2) }
                    time.advance(by: .seconds(1800))
                    for events in try await all {
                        let states = events.compactMap { $0.json?["status"]?.string }
                        #expect(states == ["pending", "processing", "completed", "completed"], "\(states)")
                        #expect(events.map(\.kind) == ["status", "status", "status", "end"])
                    }
                    // Vinci was asked as for one.
                    #expect(simulator.requests.calls[.status] - asked < 100)
                }
                try await eventually("all streams to be closed") {
                    try await gateway.admin.get("/metrics").text.contains("vinci_gateway_event_streams 0")
                }
            }
        }
    }

    @Test("do not keep a gateway from stopping, and tell no end that is none")
    func stopping() async throws {
        try await EventReader.forTests(connections: 20) { reader in
            let crowd = Crowd(20)
            let reading = Mutex<Task<[[ReadEvent]], any Error>?>(nil)
            try await RunningGateway.run(RunningGateway.Settings(jobDuration: .seconds(3600))) { gateway in
                let house = try await gateway.administration.household("red")
                let job = try await house.app.ordered("a still life")
                let url = gateway.door.origin + WebClient.events(job.job)
                reading.withLock {
                    $0 = Task {
                        try await simultaneously(20) { number in
                            try await reader.read(url, token: house.app.token) { _ in crowd.note(number) }
                        }
                    }
                }
                try await eventually("all of them to follow") { crowd.all(have: 1) }
            }
            // The gateway has stopped; the streams have ended in good order, each with its last chunk.
            let streams = try await #require(reading.withLock { $0 }).value
            #expect(streams.allSatisfy { $0.map(\.kind) == ["status"] })
        }
    }

    @Test("tell each caller the video's address as the status does")
    func rewritten() async throws {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(50))
        settings.configure = { $0.videos.rewriteURLs = true }
        try await RunningGateway.run(settings) { gateway in
            let house = try await gateway.administration.household("red")
            let job = try await house.app.ordered("a harbour")
            _ = try await gateway.administration.job(job.job, reaches: "completed")
            let blind = try await gateway.administration.issueToken("red", #", "scopes": ["status:read"]"#)
            let url = gateway.door.origin + WebClient.events(job.job)
            try await EventReader.forTests(connections: 2) { reader in
                var ids: Set<String> = []
                for app in [house.app, blind.app] {
                    let events = try await reader.read(url, token: app.token)
                    let status = try await app.status(job.job)
                    #expect(events.last?.data == status.text)
                    ids.formUnion(events.map(\.id))
                }
                // The state is the same for both, whatever address they are told.
                #expect(ids.count == 2)
            }
        }
    }

    @Test("are nobody else's: another team's job is one that does not exist")
    func foreign() async throws {
        try await RunningGateway.run { gateway in
            let owner = try await gateway.administration.household("red")
            let stranger = try await gateway.administration.household("blue")
            let job = try await owner.app.ordered("a secret")
            for path in [WebClient.events(job.job), WebClient.events(job.requestID)] {
                let absent = WebClient.events("job_00000000000000000000000000")
                for suffix in ["", "/link"] {
                    let method = suffix.isEmpty ? HTTPMethod.GET : .POST
                    let foreign = try await stranger.app.send(method, path + suffix)
                    let missing = try await stranger.app.send(method, absent + suffix)
                    #expect(foreign.status == 404)
                    #expect(foreign.wireWithoutChance == missing.wireWithoutChance)
                }
            }
        }
    }
}

/// Counts what each of many readers was told.
private final class Crowd: Sendable {
    private let counts: Mutex<[Int]>

    init(_ size: Int) { counts = Mutex(Array(repeating: 0, count: size)) }

    func note(_ number: Int) { counts.withLock { $0[number] += 1 } }
    func all(have count: Int) -> Bool { counts.withLock { $0.allSatisfy { $0 >= count } } }
}
