import GatewayCore
import GuardedHTTP
import NIOHTTP1
import Testing

@Suite("A reply from a host that others chose", .timeLimit(.minutes(1))) struct GuardedReplyTests {
    @Test("is read to its end") func whole() async throws {
        let server = try await ScriptedServer(.head("Content-Length: 70000"), .sendBytes(70_000))
        #expect(await Guarded.download(server) == .success(.init(status: 200, count: 70_000)))
        await server.close()
    }

    @Test(
        "that redirects is not followed",
        arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
        let target = try await ScriptedServer(.reply(200, "elsewhere"))
        let server = try await ScriptedServer(.reply(status, "", "Location: http://127.0.0.1:\(target.port)/"))
        #expect(await Guarded.download(server) == .failure(.redirected(status: status)))
        #expect(target.connections == 0)
        await server.close()
        await target.close()
    }

    @Test("that announces more than allowed is left at once") func announcesMuch() async throws {
        let server = try await ScriptedServer(.head("Content-Length: 100001"), .wait)
        #expect(await Guarded.download(server) == .failure(.replyTooLarge))
        await server.close()
    }

    @Test("that sends more than allowed is left when it does") func sendsMuch() async throws {
        let server = try await ScriptedServer(
            .head("Transfer-Encoding: chunked"), .send("30d40\r\n"), .sendBytes(200_000), .send("\r\n0\r\n\r\n"))
        #expect(await Guarded.download(server) == .failure(.replyTooLarge))
        await server.close()
    }

    @Test(
        "that breaks off is not whole",
        arguments: [
            [.head("Content-Length: 70000"), .sendBytes(1000), .close],
            [.head("Transfer-Encoding: chunked"), .send("3e8\r\n"), .sendBytes(1000), .send("\r\n"), .close],
            [.head("Transfer-Encoding: chunked"), .send("3e8\r\n"), .sendBytes(10), .close],
            [.send("HTTP/1.1 200 OK\r\nContent-Le"), .close],
        ] as [[ScriptedServer.Step]])
    func breaksOff(steps: [ScriptedServer.Step]) async throws {
        let server = try await ScriptedServer(steps)
        let result = await Guarded.download(server)
        #expect([.failure(.connectionLost), .failure(.notHTTP)].contains(result))
        await server.close()
    }

    @Test("that falls silent is given up, in the head or in the body") func stalls() async throws {
        var limits = Guarded.limits
        limits.stall = .milliseconds(100)
        for steps in [[.wait], [.head("Content-Length: 70000"), .sendBytes(10), .wait]] as [[ScriptedServer.Step]] {
            let server = try await ScriptedServer(steps)
            #expect(await Guarded.download(server, limits: limits) == .failure(.stalled))
            await server.close()
        }
    }

    @Test("that takes too long in all is given up") func deadline() async throws {
        var limits = Guarded.limits
        limits.total = .milliseconds(100)
        let server = try await ScriptedServer(.head("Content-Length: 70000"), .sendBytes(10), .wait)
        #expect(await Guarded.download(server, limits: limits) == .failure(.deadline))
        await server.close()
    }

    @Test("that is no HTTP is no reply") func noHTTP() async throws {
        let server = try await ScriptedServer(.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"))
        #expect(await Guarded.download(server) == .failure(.notHTTP))
        await server.close()
    }

    @Test("is read only as far as was asked, however long it goes on") func beginning() async throws {
        let server = try await ScriptedServer(.head("Content-Length: 9000000000"), .sendBytes(50_000), .wait)
        var limits = Guarded.limits
        limits.replyBytesMax = 16
        let request = GuardedRequest(
            .post(Array(#"{"type":"job.completed"}"#.utf8)), "http://127.0.0.1:\(server.port)/hook",
            headers: ["Content-Type": "application/json", "webhook-id": "msg_1"])
        let answer = try await Guarded.client().exchange(request, limits)
        #expect(answer == GuardedAnswer(status: 200, body: Array(repeating: UInt8(ascii: "v"), count: 16)))
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("POST /hook HTTP/1.1\r\n") && head.hasSuffix(#"{"type":"job.completed"}"#))
        #expect(head.contains("webhook-id: msg_1\r\n"))
        await server.close()
    }
}
