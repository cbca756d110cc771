import GatewayCore
import Logging
import NIOPosix
import Synchronization
import Testing
import VinciAPI

@testable import VinciClient

@Suite("The key") struct SecrecyTests {
    @Test("is not logged at trace level, though calls are") func trace() async throws {
        let lines = Lines()
        var logger = Logger(label: "trace", factory: { _ in Recorder(lines: lines) })
        logger.logLevel = .trace
        let echo = #"{"detail":"Authorization: Bearer \#(canary) is wrong"}"#
        let server = try await RawServer(.reply(401, echo, "X-Echo: \(canary)"))
        let configuration = try Fixture.configuration("http://127.0.0.1:\(server.port)")
        try await Fixture.withClient(configuration, logger: logger) { client in
            _ = await client.submit(Fixture.textOrder)
            _ = await client.balance()
            #expect(!String(reflecting: client).contains(canary))
            var dumped = ""
            dump(client, to: &dumped)
            #expect(!dumped.contains(canary))
        }
        await server.close()
        let text = lines.text.withLock { $0 }
        #expect(text.contains("status 401"))
        #expect(!text.contains(canary))
    }

    @Test("is hidden where Vinci repeats it", arguments: [400, 402, 422])
    func echoed(status: Int) async throws {
        let server = try await RawServer(.reply(status, #"{"detail":"key \#(canary) and sk-other-12345678"}"#))
        let outcomes = try await Fixture.withClient(of: server) { client in
            (await client.submit(Fixture.textOrder).outcome, await client.balance().outcome)
        }
        let text = String(reflecting: outcomes)
        #expect(text.contains("key *** and sk-***"))
        #expect(!text.contains(canary))
        #expect(!text.contains("sk-other"))
    }

    @Test("is hidden also where an accent follows it") func accent() throws {
        let key = try UpstreamKey(Secret("kiki-0123456789"))
        #expect(key.hidden(in: "key kiki-0123456789\u{301}.") == "key ***\u{301}.")
        #expect(key.occurs(in: "kiki-0123456789\u{301}"))
        #expect(!key.occurs(in: "kiki-012345678"))
    }

    @Test("that cannot stand in a header is refused without being shown")
    func unusable() throws {
        let bad: [(String, UpstreamKeyProblem)] = [
            ("", .empty), ("sk-1\r\nX: y", .notVisibleASCII), ("sk 1", .notVisibleASCII), ("sk-é", .notVisibleASCII),
            ("sk-\u{7F}", .notVisibleASCII), (String(repeating: "k", count: 513), .tooLong),
        ]
        let configuration = try Fixture.configuration("http://127.0.0.1:1")
        for (text, problem) in bad {
            #expect(throws: problem) {
                try VinciClient(
                    apiKey: Secret(text), configuration: configuration,
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
            }
        }
    }
}

private final class Lines: Sendable {
    let text = Mutex("")
}

private struct Recorder: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(lines: Lines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.text.withLock { $0 += "\(event.message) \(event.metadata ?? [:])\n" }
    }
}
