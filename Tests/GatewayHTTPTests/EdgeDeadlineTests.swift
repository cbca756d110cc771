import GatewayHTTP
import Hummingbird
import NIOCore
import Testing

@Suite("A slow client", .timeLimit(.minutes(2))) struct EdgeDeadlineTests {
    static func limits(_ change: (inout EdgeLimits) -> Void) -> EdgeLimits {
        var limits = EdgeLimits()
        change(&limits)
        return limits
    }

    static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("whose head trickles in is answered 408 at its deadline")
    func head() async throws {
        try await EdgeHarness.run(Self.limits { $0.headTime = .milliseconds(1500) }) { edge in
            let client = try await edge.connect()
            let trickle = Task {
                for letter in Self.get.dropLast(2) where !Task.isCancelled {
                    await client.send(String(letter))
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            let answer = try await client.untilClosed()
            trickle.cancel()
            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"), "\(answer)")
            #expect(
                answer.contains("\"code\":\"request_timeout\"") && answer.contains("within 1.500 seconds"), "\(answer)")
            let note = try #require(edge.notes.all.first)
            #expect(answer.contains("X-Request-Id: \(note.requestID)\r\n"))
            await client.close()
        }
    }

    @Test("that sends nothing is closed without a word")
    func silent() async throws {
        try await EdgeHarness.run(Self.limits { $0.headTime = .milliseconds(100) }) { edge in
            let client = try await edge.connect()
            #expect(try await client.untilClosed() == "")
            #expect(edge.notes.all.isEmpty)
            await client.close()
        }
    }

    @Test("that sends nothing more is closed without a word")
    func idle() async throws {
        try await EdgeHarness.run(Self.limits { $0.idleTime = .milliseconds(100) }) { edge in
            let client = try await edge.connect()
            await client.send(Self.get)
            let answer = try await client.untilClosed()
            #expect(answer.hasSuffix("GET / 0") && answer.count(of: "HTTP/1.1 ") == 1, "\(answer)")
            #expect(edge.notes.all.isEmpty)
            await client.close()
        }
    }

    @Test("whose body trickles in is answered 408, and the route that reads it is told")
    func body() async throws {
        let limits = Self.limits { $0.bodyTime = .milliseconds(150) }
        let (ends, ended) = AsyncStream<Bool>.makeStream()
        let route: TestRoute = { request, context in
            do {
                return try await EdgeHarness.echo(request)
            } catch {
                ended.yield(true)
                return BodyRefusal.truncated.problem.response(requestID: context.requestID)
            }
        }
        try await EdgeHarness.run(limits, route: route) { edge in
            let client = try await edge.connect()
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome")
            let answer = try await client.untilClosed()
            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"), "\(answer)")
            #expect(answer.count(of: "HTTP/1.1 ") == 1, "\(answer)")
            for await _ in ends { break }
            await client.close()
        }
    }

    @Test("may take longer for its body while it keeps the pace")
    func paced() async throws {
        let limits = Self.limits {
            $0.bodyTime = .milliseconds(100)
            $0.bodyBytesPerSecondMin = 100
        }
        try await EdgeHarness.run(limits) { edge in
            let client = try await edge.connect()
            let piece = String(repeating: "x", count: 500)
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4000\r\n\r\n" + piece)
            for _ in 1..<8 {
                try await Task.sleep(for: .milliseconds(40))
                await client.send(piece)
            }
            let answer = try await client.untilClosed()
            #expect(answer.hasSuffix("POST / 4000"), "\(answer)")
            await client.close()
        }
    }

    @Test("is not blamed while a route is not reading its body")
    func notReading() async throws {
        let limits = Self.limits { $0.bodyTime = .milliseconds(200) }
        let route: TestRoute = { request, _ in
            try await Task.sleep(for: .milliseconds(600))
            return try await EdgeHarness.echo(request)
        }
        try await EdgeHarness.run(limits, route: route) { edge in
            let client = try await edge.connect()
            let size = 8 << 20
            let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(size)\r\n\r\n"
            await client.send(head + String(repeating: "x", count: size))
            let answer = try await client.untilClosed()
            #expect(answer.hasSuffix("POST / \(size)"), "\(answer)")
            await client.close()
        }
    }

    @Test("that does not take its answer is cut off")
    func stalledReader() async throws {
        let limits = Self.limits { $0.stalledWriteTime = .milliseconds(150) }
        let (ends, ended) = AsyncStream<Bool>.makeStream()
        let route: TestRoute = { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    let piece = ByteBuffer(repeating: 7, count: 1 << 20)
                    do {
                        while true { try await writer.write(piece) }
                    } catch {
                        ended.yield(true)
                        throw error
                    }
                })
        }
        try await EdgeHarness.run(limits, route: route) { edge in
            let client = try await RawClient.connect(edge.port, reads: false)
            await client.send(Self.get)
            for await _ in ends { break }
            #expect(edge.tools.connections.open <= 1)
            await client.close()
        }
    }

    @Test("that cuts its body off gets the route's own answer")
    func cutOff() async throws {
        let route: TestRoute = { request, context in
            do throws(BodyRefusal) {
                _ = try await TextBody.read(request, context, mediaType: .json)
                return Response(status: .ok)
            } catch {
                return error.problem.response(requestID: context.requestID)
            }
        }
        try await EdgeHarness.run(route: route) { edge in
            for framing in ["Content-Length: 10\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"] {
                let client = try await edge.connect()
                await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\(framing)")
                await client.closeOutput()
                let answer = try await client.untilClosed()
                #expect(
                    answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("ended before it was complete"), "\(answer)")
                await client.close()
            }
        }
    }
}
