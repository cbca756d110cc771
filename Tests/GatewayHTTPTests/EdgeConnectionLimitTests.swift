import Hummingbird
import NIOCore
import Testing

@testable import GatewayHTTP

@Suite("The connection limit", .timeLimit(.minutes(1))) struct EdgeConnectionLimitTests {
    private func client(_ text: String) throws -> ClientAddress {
        ClientAddress(try SocketAddress(ipAddress: text, port: 1))
    }

    @Test("counts a client once, whatever form its address has")
    func addresses() throws {
        #expect(try client("::ffff:192.0.2.7") == client("192.0.2.7"))
        #expect(try client("192.0.2.7").text == "192.0.2.7")
        #expect(try client("2001:db8::1").text == "2001:db8::1")
        #expect(ClientAddress(nil) == .local)
    }

    @Test("holds in all and per client, and what is released can be taken again", arguments: SeededGenerator.seeds(20))
    func holds(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var count = ConnectionCount(connectionsMax: 10, connectionsPerClientMax: 4)
        let clients = try ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"].map(client)
        var open: [ClientAddress: Int] = [:]
        for _ in 0..<1000 {
            let client = try #require(clients.randomElement(using: &random))
            let mine = open[client, default: 0]
            if Bool.random(using: &random), mine > 0 {
                count.release(client)
                open[client] = mine - 1
                continue
            }
            let total = open.values.reduce(0, +)
            let expected: ConnectionCount.Full? = total >= 10 ? .server : mine >= 4 ? .client(max: 4) : nil
            let full = count.admit(client)
            #expect(full == expected, "seed \(seed)")
            if expected == nil { open[client] = mine + 1 }
            #expect(count.total == open.values.reduce(0, +))
        }
    }

    @Test("answers 503 and closes, and lets the next one in when a place is free")
    func overSockets() async throws {
        var limits = EdgeLimits()
        limits.connectionsPerClientMax = 2
        try await EdgeHarness.run(limits) { edge in
            let first = try await edge.connect()
            let second = try await edge.connect()
            for client in [first, second] {
                await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                try await client.until { $0.hasSuffix("GET / 0") }
            }
            let third = try await edge.connect()
            let answer = try await third.untilClosed()
            #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"), "\(answer)")
            #expect(answer.contains("\"code\":\"too_many_connections\"") && answer.contains("Retry-After: 1\r\n"))
            #expect(edge.notes.all.map(\.code) == [.tooManyConnections])
            #expect(edge.tools.connections.open == 2)

            await second.close()
            while edge.tools.connections.open > 1 { try await Task.sleep(for: .milliseconds(5)) }
            let fourth = try await edge.connect()
            await fourth.send("GET /4 HTTP/1.1\r\nHost: a\r\n\r\n")
            try await fourth.until { $0.hasSuffix("GET /4 0") }
            for client in [first, third, fourth] { await client.close() }
        }
    }
}
