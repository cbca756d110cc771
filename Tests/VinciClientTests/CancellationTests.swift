import NIOCore
import NIOPosix
import Testing
import VinciAPI

@testable import VinciClient

@Suite("A caller that leaves", .timeLimit(.minutes(1))) struct CancellationTests {
    @Test("does not stop an order on its way", arguments: VideoKind.allCases)
    func orderGoesOn(kind: VideoKind) async throws {
        let gone = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let server = try await RawServer(.wait(for: gone.futureResult), .accepted)
        let outcome = try await Fixture.withClient(of: server) { client in
            try await Fixture.withOrder(kind) { order in
                let caller = Task { await client.submit(order).outcome }
                for await event in server.events where event == .request { break }
                caller.cancel()
                gone.succeed()
                return await caller.value
            }
        }
        #expect(outcome.verdict == "accepted")
    }

    @Test("before the order was even begun does not stop it either") func cancelledBefore() async throws {
        let server = try await RawServer(.accepted)
        let outcome = try await Fixture.withClient(of: server) { client in
            let caller = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await client.submit(Fixture.textOrder).outcome
            }
            return await caller.value
        }
        #expect(outcome.verdict == "accepted")
    }

    @Test("ends a question, and its connection") func questionEnds() async throws {
        let server = try await RawServer()
        let outcome = try await Fixture.withClient(of: server) { client in
            let caller = Task { await client.balance().outcome }
            for await event in server.events where event == .request { break }
            caller.cancel()
            for await event in server.events where event == .closed { break }
            return await caller.value
        }
        #expect(outcome == .failed(.unreachable(reason: ExchangeFailure.cancelled.reason)))
    }

    @Test("by shutting the client down leaves a sent order unknown") func shutdownUnderway() async throws {
        let server = try await RawServer()
        let outcome = try await Fixture.withClient(of: server) { client in
            async let order = client.submit(Fixture.textOrder)
            for await event in server.events where event == .request { break }
            await client.shutdown()
            return await order.outcome
        }
        #expect(outcome.verdict == "unknown -")
        #expect(server.posts == 1)
    }
}
