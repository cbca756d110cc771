import NIOCore
import NIOPosix
import Testing
import VinciAPI

@testable import VinciClient

@Suite("Connections to Vinci", .timeLimit(.minutes(1))) struct ConnectionTests {
    private static let balance = RawServer.Step.reply(200, #"{"balance_usd":25.5000,"total_spent_usd":134.7500}"#)

    @Test("are not shared by two orders as long as nothing is known of the server") func ordersAlone() async throws {
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server) { client in
            for _ in 0..<3 { #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted") }
        }
        #expect(server.requests.map(\.connection) == [0, 1, 2])
    }

    @Test("kept for questions are not used for an order, so one closed at that moment cannot swallow it")
    func orderAvoidsKept() async throws {
        // Each connection answers its first request and closes the moment a second one begins on it.
        let server = try await RawServer { _ in RawServer.Script(steps: [Self.balance]) }
        try await Fixture.withClient(of: server) { client in
            _ = await client.balance()
            _ = await client.submit(Fixture.textOrder)
        }
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("are kept for questions") func questionsShare() async throws {
        let server = try await RawServer(Self.balance)
        try await Fixture.withClient(of: server) { client in
            for _ in 0..<3 { _ = await client.balance() }
        }
        #expect(server.requests.map(\.connection) == [0, 0, 0])
    }

    @Test("closed by the server after each answer lose no order and repeat none", arguments: VideoKind.allCases)
    func closedAfterAnswer(kind: VideoKind) async throws {
        let server = try await RawServer(.accepted, .close)
        try await Fixture.withClient(of: server) { client in
            try await Fixture.withOrder(kind) { order in
                for _ in 0..<20 { #expect(await client.submit(order).outcome.verdict == "accepted") }
            }
        }
        #expect(server.posts == 20)
    }

    @Test("closed by the server after each answer repeat no question") func closedAfterQuestion() async throws {
        let server = try await RawServer(Self.balance, .close)
        let answered = try await Fixture.withClient(of: server) { client in
            var answered = 0
            for _ in 0..<20 {
                switch await client.balance().outcome {
                case .reply: answered += 1
                // The kept connection was closed as it was taken: the next question opens another.
                case .failed(.unreachable): break
                case .failed(let failure): Issue.record("\(failure)")
                }
            }
            return answered
        }
        #expect((1...20).contains(answered))
        #expect((answered...20).contains(server.requests.count))
    }

    @Test("dying under a question end it, and it is not asked again") func dyingQuestion() async throws {
        let server = try await RawServer(.close)
        let outcome = try await Fixture.withClient(of: server) { await $0.balance().outcome }
        #expect(outcome == .failed(.unreachable(reason: ExchangeFailure.connectionClosed.reason)))
        #expect(server.requests.count == 1)
    }

    @Test("are limited, and an order that finds none free was not sent") func limited() async throws {
        let waited = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let server = try await RawServer(.wait(for: waited.futureResult), .accepted)
        var configuration = try Fixture.configuration("http://127.0.0.1:\(server.port)", requestTimeout: .seconds(30))
        configuration.connectionsMax = 1
        let verdicts = try await Fixture.withClient(configuration) { client in
            async let first = client.submit(Fixture.textOrder)
            for await event in server.events where event == .request { break }
            let second = await client.submit(Fixture.textOrder).outcome
            waited.succeed()
            return [await first.outcome.verdict, second.verdict]
        }
        #expect(verdicts == ["accepted", "not sent"])
        #expect(server.posts == 1)
        await server.close()
    }
}
