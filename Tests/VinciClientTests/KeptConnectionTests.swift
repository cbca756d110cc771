import Dispatch
import NIOCore
import NIOPosix
import Testing
import VinciAPI

@testable import VinciClient

@Suite("An order on a kept connection", .timeLimit(.minutes(1))) struct KeptConnectionTests {
    private static let balance = RawServer.Step.reply(200, #"{"balance_usd":25.5000,"total_spent_usd":134.7500}"#)

    private static func trusted(reuseTime: TimeAmount = .seconds(30)) -> KeptConnections {
        let kept = KeptConnections(reuseTime: reuseTime)
        for _ in 0..<100 { kept.note(.survived) }
        return kept
    }

    @Test("follows another soon after its answer, once the server was seen to keep connections")
    func follows() async throws {
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server, kept: Self.trusted()) { client in
            for _ in 0..<3 { #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted") }
        }
        #expect(server.requests.map(\.connection) == [0, 0, 0])
        #expect(server.requests.allSatisfy { $0.values("Authorization") == ["Bearer \(canary)"] })
    }

    @Test("follows a question as well") func followsQuestion() async throws {
        let server = try await RawServer { _ in
            RawServer.Script(steps: [.reply(200, #"{"balance_usd":1,"total_spent_usd":2,"request_id":"req_1"}"#)])
        }
        try await Fixture.withClient(of: server, kept: Self.trusted()) { client in
            _ = await client.balance()
            #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted")
        }
        #expect(server.requests.map(\.connection) == [0, 0])
    }

    @Test("goes over one of its own when the last answer is too old, and once only") func stale() async throws {
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server, kept: Self.trusted(reuseTime: .nanoseconds(0))) { client in
            for _ in 0..<5 { #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted") }
        }
        #expect(server.posts == 5)
        #expect(Set(server.requests.map(\.connection)).count == 5)
    }

    @Test("has one of its own when it carries an image") func images() async throws {
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server, kept: Self.trusted()) { client in
            _ = await client.submit(Fixture.textOrder)
            try await Fixture.withOrder(.image) { #expect(await client.submit($0).outcome.verdict == "accepted") }
        }
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("does not go over one that the server has closed, though the event loop has not heard of it yet")
    func closedInTheKernel() async throws {
        let server = try await orderAfter(.close)
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("does not take a reply that nobody asked for as its own, though the event loop has not heard of it yet")
    func strayInTheKernel() async throws {
        let stray = RawServer.Step.reply(429, #"{"error":{"code":"rate_limited","message":"too many requests"}}"#)
        let server = try await orderAfter(stray)
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("that waited for one does not take what came behind the answer as its own")
    func strayBehindTheAnswer() async throws {
        let go = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let stray = "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n"
        let server = try await RawServer { number in
            guard number == 0, case .send(let answer) = RawServer.Step.accepted else {
                return RawServer.Script(steps: [.accepted])
            }
            return RawServer.Script(steps: [.wait(for: go.futureResult), .send(answer + stray)])
        }
        try await Fixture.withClient(of: server, kept: Self.trusted(), connectionsMax: 1) { client in
            async let first = client.submit(Fixture.textOrder)
            for await event in server.events where event == .request { break }
            async let second = client.submit(Fixture.textOrder)
            // Until it waits for the connection. There is no event for that; were this too short, less would be tested.
            try await Task.sleep(for: .milliseconds(200))
            go.succeed()
            #expect(await [first, second].map(\.outcome.verdict) == ["accepted", "accepted"])
        }
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("does not go over one on which the beginning of a reply has come that nobody asked for")
    func beginningOfAStray() async throws {
        let go = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let server = try await RawServer { number in
            let stray = RawServer.Step.send("HTTP/1.1 429 Too Many")
            return RawServer.Script(
                steps: number == 0 ? [.accepted, .wait(for: go.futureResult), stray] : [.accepted])
        }
        let kept = Self.trusted()
        try await Fixture.withClient(of: server, kept: kept) { client in
            #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted")
            go.succeed()
            while kept.areTrusted { await Task.yield() }
            #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted")
        }
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test(
        "is the last to trust a server that breaks off under it",
        arguments: [
            [RawServer.Step.reset], [.close], [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .close],
            [.send("no HTTP at all\r\n\r\n")],
        ])
    func brokenOff(steps: [RawServer.Step]) async throws {
        let server = try await RawServer { _ in RawServer.Script(steps: steps) }
        let kept = Self.trusted()
        try await Fixture.withClient(of: server, kept: kept) { client in
            #expect(await client.submit(Fixture.textOrder).outcome.verdict.hasPrefix("unknown"))
            while kept.areTrusted { await Task.yield() }
        }
        #expect(server.posts == 1)
    }

    @Test("does not trust a server that resets an idle connection") func resetIdle() async throws {
        let server = try await RawServer { _ in RawServer.Script(steps: [.accepted, .pause(.milliseconds(10)), .reset])
        }
        let kept = Self.trusted()
        try await Fixture.withClient(of: server, kept: kept) { client in
            #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted")
            while kept.areTrusted { await Task.yield() }
        }
    }

    /// An order on a connection that has carried one before, on which the server then took a step that the event loop does
    /// not hear of before it writes the order.
    private func orderAfter(_ step: RawServer.Step) async throws -> RawServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let go = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let server = try await RawServer { number in
            RawServer.Script(steps: number == 0 ? [.accepted, .wait(for: go.futureResult), step] : [.accepted])
        }
        try await Fixture.withClient(of: server, kept: Self.trusted(), on: group) { client in
            #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted")
            let hold = DispatchSemaphore(value: 0)
            group.next().execute { hold.wait() }
            go.succeed()
            for await event in server.events where event == .done { break }
            async let second = client.submit(Fixture.textOrder)
            // Until it waits for the loop. There is no event for that; were this too short, less would be tested.
            try await Task.sleep(for: .milliseconds(200))
            hold.signal()
            #expect(await second.outcome.verdict == "accepted")
        }
        try await group.shutdownGracefully()
        return server
    }

    @Test("is never lost to a server that closes after each answer without a word, also beside questions")
    func closedAfterEach() async throws {
        let server = try await RawServer { _ in
            let body = #"{"balance_usd":1,"total_spent_usd":2,"request_id":"req_1"}"#
            return RawServer.Script(steps: [.reply(200, body), .close])
        }
        try await Fixture.withClient(of: server, kept: KeptConnections(reuseTime: .milliseconds(200))) { client in
            for _ in 0..<30 {
                _ = await client.balance()
                #expect(await client.submit(Fixture.textOrder).outcome.verdict == "accepted")
            }
        }
        #expect(server.posts == 30)
    }
}

@Suite("Kept connections") struct KeptConnectionRecordTests {
    @Test("are trusted once a server left one alone for long enough") func trusted() {
        let kept = KeptConnections()
        #expect(!kept.areTrusted)
        kept.note(nil)
        #expect(!kept.areTrusted)
        kept.note(.survived)
        #expect(kept.areTrusted)
    }

    @Test("are trusted again only after a hundred good ones when a server closed one too soon") func broken() {
        let kept = KeptConnections()
        kept.note(.survived)
        kept.note(.brokeOff)
        for _ in 0..<99 { kept.note(.survived) }
        #expect(!kept.areTrusted)
        kept.note(.survived)
        #expect(kept.areTrusted)
    }
}

@Suite("A connection's upkeep") struct ConnectionUpkeepTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private static let short = start + .milliseconds(900)
    private static let long = start + .milliseconds(1_100)

    /// Answered at `start`.
    private static func idle(keeps: Bool = true) -> ConnectionUpkeep {
        var upkeep = ConnectionUpkeep(reuseTime: .seconds(1))
        upkeep.ask(at: start)
        #expect(upkeep.replied(keeps: keeps, at: start) == nil)
        return upkeep
    }

    @Test("lets an order follow only when trusted, answered, and not for long") func orders() {
        let new = ConnectionUpkeep(reuseTime: .seconds(1))
        #expect(new.mayCarryOrder(at: Self.start, trusted: false))
        let idle = Self.idle()
        #expect(idle.mayCarryOrder(at: Self.short, trusted: true))
        #expect(!idle.mayCarryOrder(at: Self.short, trusted: false))
        #expect(!idle.mayCarryOrder(at: Self.long, trusted: true))
        #expect(!Self.idle(keeps: false).mayCarryOrder(at: Self.short, trusted: true))
        var asked = idle
        asked.ask(at: Self.short)
        #expect(!asked.mayCarryOrder(at: Self.short, trusted: true))
    }

    @Test("shows a server that keeps connections: by an answer, by being closed here, by being closed there late")
    func survived() {
        var answered = Self.idle()
        answered.ask(at: Self.long)
        #expect(answered.replied(keeps: true, at: Self.long) == .survived)
        var closed = Self.idle()
        #expect(closed.close(at: Self.long) == .survived)
        #expect(closed.ended(at: Self.long) == nil)
        var ended = Self.idle()
        #expect(ended.ended(at: Self.long) == .survived)
    }

    @Test("shows nothing of it when it was used or closed here before its time") func tooShort() {
        var answered = Self.idle()
        answered.ask(at: Self.short)
        #expect(answered.replied(keeps: true, at: Self.short) == nil)
        var closed = Self.idle()
        #expect(closed.close(at: Self.short) == nil)
    }

    @Test("shows a server that breaks off: idle too early, or under a request") func brokeOff() {
        var idle = Self.idle()
        #expect(idle.ended(at: Self.short) == .brokeOff)
        var asked = Self.idle()
        asked.ask(at: Self.short)
        #expect(asked.ended(at: Self.short) == .brokeOff)
        var first = ConnectionUpkeep(reuseTime: .seconds(1))
        first.ask(at: Self.start)
        #expect(first.ended(at: Self.start) == .brokeOff)
    }

    @Test("shows nothing when the server had said so, when this side gave up, or before any request") func noSign() {
        var announced = Self.idle(keeps: false)
        #expect(announced.ended(at: Self.short) == nil)
        var givenUp = Self.idle()
        givenUp.ask(at: Self.short)
        #expect(givenUp.close(at: Self.short) == nil)
        #expect(givenUp.ended(at: Self.short) == nil)
        var unused = ConnectionUpkeep(reuseTime: .seconds(1))
        #expect(unused.ended(at: Self.start) == nil)
    }
}
