import NIOCore
import NIOPosix
import Synchronization
import Testing
import VinciAPI

@testable import VinciClient

@Suite("A reply that comes after the timeout", .timeLimit(.minutes(1))) struct LateReplyTests {
    @Test(
        "is told as evidence, once",
        arguments: [
            (RawServer.Step.accepted, "accepted"), (.reply(400, #"{"detail":"no"}"#), "rejected 400"),
            (.reply(402, #"{"detail":"empty"}"#), "account empty"),
        ])
    func told(_ reply: RawServer.Step, _ verdict: String) async throws {
        let isOver = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let server = try await RawServer(.wait(for: isOver.futureResult), reply)
        let (late, evidence) = AsyncStream.makeStream(of: Reading<SubmitOutcome>.self)
        try await Fixture.withClient(of: server) { client in
            let terms = SendTerms(patience: .seconds(1), late: { evidence.yield($0) })
            let first = await client.submit(Fixture.textOrder, terms).outcome
            #expect(first.verdict == "unknown -")
            isOver.succeed()
            for await reading in late {
                #expect(reading.outcome.verdict == verdict)
                break
            }
        }
        #expect(server.posts == 1)
    }

    @Test("says nothing when it proves nothing, and the connection is let go")
    func worthless() async throws {
        let isOver = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let server = try await RawServer(.wait(for: isOver.futureResult), .reply(500, "oops"), .close)
        try await Fixture.withClient(of: server) { client in
            let terms = SendTerms(
                patience: .seconds(1), late: { Issue.record("told of \($0.outcome.verdict)") })
            #expect(await client.submit(Fixture.textOrder, terms).outcome.verdict == "unknown -")
            isOver.succeed()
            for await event in server.events where event == .closed { break }
        }
    }

    @Test("is not waited for when nothing was sent: the order is proven not to exist")
    func neverSent() async throws {
        let (late, evidence) = AsyncStream.makeStream(of: Reading<SubmitOutcome>.self)
        // Connects, and never gets as far as a request: the gate is asked in vain.
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server) { client in
            let terms = SendTerms(
                patience: .seconds(10), isStillOurs: { false }, late: { evidence.yield($0) })
            let outcome = await client.submit(Fixture.textOrder, terms).outcome
            #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.withdrawn.reason)))
        }
        #expect(server.posts == 0)
        evidence.finish()
        for await reading in late { Issue.record("told of \(reading.outcome.verdict)") }
    }

    @Test("is listened for on some connections only, so that new orders find one") func bounded() async throws {
        let answers = Mutex(false)
        let server = try await RawServer { _ in
            RawServer.Script(steps: answers.withLock { $0 } ? [.accepted] : [])
        }
        try await Fixture.withClient(of: server) { client in
            // As many as the client would ever have connections.
            for _ in 0..<16 {
                let impatient = SendTerms(patience: .milliseconds(100))
                // On a busy machine the time may be over before anything is sent.
                while await client.submit(Fixture.textOrder, impatient).outcome.verdict != "unknown -" {}
            }
            answers.withLock { $0 = true }
            for _ in 0..<8 { #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted") }
        }
    }
}
