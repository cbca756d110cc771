import Foundation
import GatewayCore
import GatewayFlow
import GatewayTesting
import Testing

@testable import GatewayHTTP

@Suite("A stream of events on the wire", .timeLimit(.minutes(1))) struct EventAnswerTests {
    @Test("is these bytes, and its connection serves on behind the end")
    func bytes() async throws {
        let world = try await EventWorld()
        try await world.serve { edge in
            let client = try await edge.connect()
            await client.send(world.request("GET", nil, ["Origin: https://app.example"]))
            let (pending, first) = (world.json, world.digest)
            try await client.until { $0.contains("\n\n\r\n") && $0.contains(pending) }
            try await world.complete()
            let (completed, last) = (world.json, world.digest)
            let wire = try await client.until { $0.hasSuffix("0\r\n\r\n") }
            let answer = Answered(wire)
            #expect(
                answer.body == """
                    retry: 2000

                    event: status
                    id: \(first)
                    data: \(pending)

                    event: status
                    id: \(last)
                    data: \(completed)

                    event: end
                    id: \(last).end
                    data: \(completed)


                    """)
            #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.field("Content-Type") == "text/event-stream")
            #expect(answer.field("Cache-Control") == "no-store")
            #expect(answer.field("X-Accel-Buffering") == "no")
            #expect(answer.field("X-Gateway-Job-Id") == world.job.id.text)
            #expect(answer.field("X-RateLimit-Remaining") == "999")
            #expect(answer.field("Access-Control-Allow-Origin") == "https://app.example")
            #expect(answer.field("X-Request-Id")?.count == 32)
            #expect(answer.field("Content-Length") == nil)

            await client.send(world.request("GET", "/api/v1/status/\(world.job.id)"))
            let next = Answered(String(try await client.until { $0.hasSuffix(completed) }.dropFirst(wire.count)))
            #expect(next.body == completed)
            await client.close()
        }
        try await world.nobodyFollows()
    }

    @Test("has the status's own JSON, byte for byte")
    func sameJSON() async throws {
        let world = try await EventWorld()
        try await world.serve { edge in
            let client = try await edge.connect()
            await client.send(world.request())
            world.progress(12.5)
            let told = try await client.until { $0.contains("12.5") }
            let status = try await edge.exchange(
                world.request("GET", "/api/v1/status/\(world.job.id)", ["Connection: close"]))
            #expect(told.contains("data: \(Answered(status).body)\n\n"), "\(told)")
            #expect(told.contains("id: \(Answered(status).field("ETag")?.dropFirst().dropLast() ?? "")\n"))
            await client.close()
        }
    }

    @Test("reaches an old client without chunks, and closes behind the end")
    func oldClient() async throws {
        let world = try await EventWorld()
        try await world.complete()
        try await world.serve { edge in
            let answer = Answered(try await edge.exchange(world.request(version: "1.0")))
            #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.field("Transfer-Encoding") == nil)
            #expect(answer.field("Connection") == "close")
            #expect(answer.body.hasPrefix("retry: 2000\n\nevent: status\n") && answer.body.hasSuffix("\n\n"))
        }
    }

    @Test("shows its head to who asks for that alone, and opens nothing")
    func headAlone() async throws {
        let world = try await EventWorld()
        try await world.serve { edge in
            let answer = Answered(try await edge.exchange(world.request("HEAD", nil, ["Connection: close"])))
            #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.field("Content-Type") == "text/event-stream")
            #expect(answer.field("Content-Length") == nil && answer.body.isEmpty)
            #expect(world.parts.desk.listenerCount == 0)
        }
    }

    @Test("is no content for who has had the end")
    func hadTheEnd() async throws {
        let world = try await EventWorld()
        try await world.complete()
        try await world.serve { edge in
            let end = ["Last-Event-ID: \(world.digest).end", "Connection: close"]
            let answer = Answered(try await edge.exchange(world.request("GET", nil, end)))
            #expect(answer.head.hasPrefix("HTTP/1.1 204 No Content\r\n") && answer.body.isEmpty)
            #expect(answer.field("Cache-Control") == "no-store")
            #expect(answer.field("X-Gateway-Job-Id") == world.job.id.text)
            let seen = ["Last-Event-ID: \(world.digest)", "Connection: close"]
            let rest = Answered(try await edge.exchange(world.request("GET", nil, seen)))
            #expect(rest.body == "retry: 2000\n\nevent: end\nid: \(world.digest).end\ndata: \(world.json)\n\n")
        }
    }

    @Test("is refused with a problem before it opens")
    func refused() async throws {
        let world = try await EventWorld()
        let other = "/gateway/v1/jobs/job_00000000000000000000000000/events"
        try await world.serve { edge in
            for (request, status) in [
                (world.request("GET", nil, ["Connection: close"], isKnown: false), "401 Unauthorized"),
                (world.request("GET", nil, ["Connection: close", "Origin: https://evil.example"]), "403 Forbidden"),
                (world.request("GET", other, ["Connection: close"]), "404 Not Found"),
                (world.request("GET", world.path + "?wait=5", ["Connection: close"]), "400 Bad Request"),
            ] {
                let answer = Answered(try await edge.exchange(request))
                #expect(answer.head.hasPrefix("HTTP/1.1 \(status)\r\n"), "\(answer.head)")
                #expect(answer.field("Content-Type") == "application/problem+json")
                #expect(answer.field("Cache-Control") == "no-store")
            }
            _ = try await world.port.tokens.change(
                world.token.token.keyID, of: nil, by: StoreFixture.actor, from: .none
            ) { $0.readsPerMinute = 1 }
            let answer = Answered(try await edge.exchange(world.request("GET", nil, ["Connection: close"])))
            #expect(answer.head.hasPrefix("HTTP/1.1 429 ") && answer.field("Retry-After") != nil)
        }
    }

    @Test("has a comment for a heartbeat after 15 seconds without news")
    func heartbeat() async throws {
        let world = try await EventWorld()
        try await world.serve { edge in
            let client = try await edge.connect()
            await client.send(world.request())
            try await client.until { $0.contains("\n\n\r\n") && $0.contains("event: status") }
            try await world.pass(seconds: 15)
            let beat = try await client.until { $0.hasSuffix("3\r\n:\n\n\r\n") }
            #expect(Answered(beat).body.hasSuffix("\n\n:\n\n"))
            await client.close()
        }
    }

    @Test("takes nothing any more once its client has left", arguments: [false, true])
    func clientLeaves(onlyHalf: Bool) async throws {
        let world = try await EventWorld()
        try await world.serve { edge in
            var clients: [RawClient] = []
            for _ in 0..<20 {
                let client = try await edge.connect()
                await client.send(world.request())
                clients.append(client)
            }
            try await world.followers(20)
            for client in clients {
                if onlyHalf { await client.closeOutput() } else { await client.close() }
            }
            // No heartbeat and no news are needed to find out.
            try await world.nobodyFollows()
            if onlyHalf { for client in clients { try await client.untilClosed() } }
        }
    }

    @Test("is found to have no client although another request waits behind it")
    func leavesWithMoreAsked() async throws {
        let world = try await EventWorld()
        try await world.serve { edge in
            let client = try await edge.connect()
            await client.send(world.request() + world.request("GET", "/gateway/v1/whoami"))
            try await world.followers(1)
            await client.close()
            try await world.nobodyFollows()
        }
    }

    @Test("is cut off when its client takes nothing")
    func slowClient() async throws {
        let world = try await EventWorld()
        var limits = EdgeLimits()
        limits.stalledWriteTime = .milliseconds(300)
        try await world.serve(limits) { edge in
            let client = try await RawClient.connect(edge.port, reads: false)
            await client.send(world.request())
            try await world.followers(1)
            // News without end: at some time the kernel takes no more for either side.
            let telling = Task {
                var percent = 0.0
                while !Task.isCancelled {
                    percent += 0.000_001
                    world.progress(percent)
                    await Task.yield()
                }
            }
            defer { telling.cancel() }
            try await world.nobodyFollows()
            await client.close()
        }
    }

    @Test("ends when the gateway stops, and the stop does not wait for it")
    func stop() async throws {
        let world = try await EventWorld()
        try await world.serve { edge in
            let client = try await edge.connect()
            await client.send(world.request())
            try await world.followers(1)
            world.parts.desk.stopWaiting()
            let wire = try await client.until { $0.hasSuffix("0\r\n\r\n") }
            #expect(!wire.contains("event: end"))
            await edge.shutDown()
            try await client.untilClosed()
        }
    }

    @Test("opens by its own link, and by no other", arguments: ["events", "video"])
    func links(made: String) async throws {
        let world = try await EventWorld()
        try await world.complete()
        let paths = ["events": world.path, "video": "/gateway/v1/videos/\(world.job.id)"]
        let own = try #require(paths[made])
        try await world.serve { edge in
            let reply = try await edge.exchange(
                world.request("POST", own + "/link", ["Content-Length: 0", "Connection: close"]))
            let link = try #require(Answered(reply).body.firstMatch(of: /"url":"http:..127.0.0.1([^"]+)"/)?.1)
            let query = try #require(link.split(separator: "?").last)
            for (kind, path) in paths {
                let answer = Answered(
                    try await edge.exchange(
                        world.request("GET", "\(path)?\(query)", ["Connection: close"], isKnown: false)))
                if kind != made {
                    #expect(answer.head.hasPrefix("HTTP/1.1 401 "), "\(kind): \(answer.head)")
                } else if kind == "events" {
                    #expect(answer.head.hasPrefix("HTTP/1.1 200 ") && answer.body.contains("event: end"))
                } else {
                    // The file itself is not part of this world; the door has opened.
                    #expect(!answer.head.hasPrefix("HTTP/1.1 401 "), "\(answer.head)")
                }
            }
        }
    }
}
