import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Synchronization
import Testing
import VinciAPI

@Suite("A stream of events", .timeLimit(.minutes(1))) struct EventStreamTests {
    @Test("tells the present state, each change in its order, and the end, and then leaves nothing behind")
    func life() async throws {
        let world = try await FollowBench()
        let follower = Follower(try await world.stream())
        var steps = follower.steps.makeAsyncIterator()
        #expect(await steps.next()?.text == "status pending")
        for percent in [10, 40] {
            world.progress(percent)
            #expect(await steps.next()?.text == "status \(percent)")
        }
        try await world.complete()
        #expect(await steps.next()?.text == "status+end completed")
        #expect(await steps.next() == nil)
        #expect(world.bench.desk.listenerCount == 0 && world.heartbeats.count == 0)
    }

    @Test("names each state as every process and the status's own tag do")
    func ids() async throws {
        let world = try await FollowBench()
        var steps = Follower(try await world.stream()).steps.makeAsyncIterator()
        let first = await steps.next()
        #expect(first?.lastID == world.bench.desk.find(.job(world.job.id))?.text?.digest)
        let other = try await FollowBench(isShared: true)
        other.bench.desk.put(try #require(try await world.bench.books.store.job(.job(world.job.id))))
        #expect(first?.lastID == other.bench.desk.find(.job(world.job.id))?.text?.digest)
    }

    @Test("tells changes that come faster than they are taken as one, the last", arguments: SeededRandom.seeds(20))
    func coalesced(seed: UInt64) async throws {
        let world = try await FollowBench()
        var random = SeededRandom(seed: seed)
        let slow = Int.random(in: 0...200, using: &random)
        let follower = Follower(try await world.stream()) { for _ in 0..<slow { await Task.yield() } }
        let changes = Task {
            for percent in 1...100 {
                world.progress(percent)
                if percent.isMultiple(of: 1 + Int(seed % 7)) { await Task.yield() }
            }
            try await world.complete()
        }
        let told = await follower.all.map(\.text)
        try await changes.value
        #expect(told.last == "status+end completed" || told.suffix(2) == ["status 100", "status+end completed"])
        let percents = told.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(percents == percents.sorted() && Set(percents).count == percents.count, "\(told)")
    }

    @Test("tells who comes back only what is new")
    func resumed() async throws {
        let world = try await FollowBench()
        var steps = Follower(try await world.stream()).steps.makeAsyncIterator()
        let pending = try #require(await steps.next()?.lastID)
        var resumed = Follower(try await world.stream(after: pending)).steps.makeAsyncIterator()
        world.progress(5)
        let live = await resumed.next()
        #expect(live?.text == "status 5")
        try await world.complete()

        let late = try await world.stream(after: live?.lastID)
        #expect(!late.isOver)
        #expect(await Follower(late).all.map(\.text) == ["status+end completed"])
        let ended = try #require(world.bench.desk.find(.job(world.job.id))?.text?.digest)
        #expect(await Follower(try await world.stream(after: ended)).all.map(\.text) == ["end completed"])
        #expect(try await world.stream(after: ended + ".end").isOver)
        #expect(try await !world.stream(after: pending).isOver)
    }

    @Test("has a heartbeat every 15 seconds, which keeps its job watched")
    func heartbeat() async throws {
        let world = try await FollowBench()
        var steps = Follower(try await world.stream()).steps.makeAsyncIterator()
        _ = await steps.next()
        for _ in 0..<2 {
            try await world.pass(seconds: 15)
            #expect(await steps.next()?.text == "heartbeat")
        }
        world.progress(7)
        #expect(await steps.next()?.text == "status 7")
    }

    @Test("ends within a heartbeat when what opened it is no longer good", arguments: Loss.allCases)
    func lost(_ loss: Loss) async throws {
        let world = try await FollowBench()
        let head = try await loss.prepare(world)
        let follower = Follower(try await world.stream(by: head))
        var steps = follower.steps.makeAsyncIterator()
        #expect(await steps.next()?.text == "status pending")
        try await loss.happen(to: world)
        if loss != .nothing {
            try await world.pass(seconds: 15)
            #expect(await steps.next() == nil)
            #expect(world.bench.desk.listenerCount == 0 && world.heartbeats.count == 0)
        } else {
            try await world.pass(seconds: 15)
            #expect(await steps.next()?.text == "heartbeat")
        }
    }

    @Test("tells no change to a token that is no longer good, though no heartbeat has come")
    func lostBeforeChange() async throws {
        let world = try await FollowBench()
        var steps = Follower(try await world.stream()).steps.makeAsyncIterator()
        _ = await steps.next()
        try await Loss.revoked.happen(to: world)
        world.progress(50)
        #expect(await steps.next() == nil)
    }

    @Test("ends without an end when the gateway stops, and for who comes in the meantime after one look")
    func drained() async throws {
        let world = try await FollowBench()
        var steps = Follower(try await world.stream()).steps.makeAsyncIterator()
        _ = await steps.next()
        world.bench.desk.stopWaiting()
        #expect(await steps.next() == nil)
        #expect(await Follower(try await world.stream()).all.map(\.text) == ["status pending"])
        #expect(world.bench.desk.listenerCount == 0)
    }

    @Test("ends when its client leaves")
    func left() async throws {
        let world = try await FollowBench()
        let follower = Follower(try await world.stream())
        var steps = follower.steps.makeAsyncIterator()
        _ = await steps.next()
        follower.signal.raise(.left)
        #expect(await steps.next() == nil)
        #expect(world.bench.desk.listenerCount == 0 && world.heartbeats.count == 0)
    }

    @Test("counts as one read when it is opened, and each status that it tells is on record as read")
    func counted() async throws {
        let world = try await FollowBench()
        var steps = Follower(try await world.stream()).steps.makeAsyncIterator()
        _ = await steps.next()
        for percent in [1, 2, 3] {
            world.progress(percent)
            _ = await steps.next()
        }
        try await world.pass(seconds: 15)
        #expect(await steps.next()?.text == "heartbeat")
        let reads = world.bench.tally.drain(isFinal: true).filter { $0.action == .statusRead }
        #expect(reads.map(\.detail) == ["4 in 60 s"])
        let next = try await world.bench.checks.pass(world.bench.head(world.token), for: .readStatus)
        #expect(next.reading?.remaining == 598)
    }

    @Test("of a job that another gateway follows has its news from the store, asked once for all")
    func elsewhere() async throws {
        let world = try await FollowBench(isShared: true)
        let followers = try await simultaneousFollowers(20, of: world)
        let refresh = RefreshFollowed(
            readStatus: world.readStatus, store: world.bench.books.store, sleeper: world.bench.clock)
        let refreshing = Task { try await refresh.run() }
        let live = LiveState(stage: .processing, progress: 40, seenAt: world.bench.clock.date)
        #expect(try await world.bench.books.store.note(live, of: world.job.id, fence: .sample))
        for _ in 0..<3 {
            await world.bench.clock.sleepers(1)
            world.bench.clock.advance(by: .seconds(1))
        }
        for follower in followers {
            var steps = follower.steps.makeAsyncIterator()
            #expect(await steps.next()?.text == "status pending")
            #expect(await steps.next()?.text == "status 40")
        }
        try await world.bench.books.apply(
            .completion(of: world.job.id, cost: .cents(26)), at: world.bench.clock.date)
        for _ in 0..<3 {
            await world.bench.clock.sleepers(1)
            world.bench.clock.advance(by: .seconds(1))
        }
        for follower in followers { #expect(await follower.all.map(\.text) == ["status+end completed"]) }
        refreshing.cancel()
        try await refreshing.value
    }

    @Test("goes on when memory has had to forget its job")
    func forgotten() async throws {
        let world = try await FollowBench(isShared: true)
        var steps = Follower(try await world.stream()).steps.makeAsyncIterator()
        _ = await steps.next()
        // Three are kept.
        for _ in 0..<4 {
            let other = try await world.bench.books.place(for: try await world.bench.books.owner())
            world.bench.desk.put(try await world.bench.books.settle(other, cost: .cents(26)))
        }
        #expect(world.bench.desk.find(.job(world.job.id)) == nil)
        try await world.bench.books.apply(
            .completion(of: world.job.id, cost: .cents(26)), at: world.bench.clock.date)
        try await world.pass(seconds: 15)
        #expect(await steps.next()?.text == "status+end completed")
    }

    private func simultaneousFollowers(_ count: Int, of world: FollowBench) async throws -> [Follower] {
        var followers: [Follower] = []
        for _ in 0..<count { followers.append(Follower(try await world.stream())) }
        // All of them listen.
        while world.bench.desk.listenerCount < count { await Task.yield() }
        return followers
    }
}

/// Ways in which a stream loses its right to be open.
enum Loss: CaseIterable {
    case nothing, revoked, expired, teamArchived, scopeGone, originGone, notItsOwn, linkOver, linkTeamSuspended

    private static let origin = "https://app.example"

    func prepare(_ world: FollowBench) async throws -> RequestHead {
        let bench = world.bench
        var head = bench.head(world.token)
        switch self {
        case .originGone:
            let origin = try #require(Origin(Loss.origin))
            try await change(world) { $0.allowedOrigins = [origin] }
            head.origin = .some(origin)
        case .notItsOwn:
            head = bench.head(try await bench.token())
        case .linkOver, .linkTeamSuspended:
            head.bearer = nil
            head.link = .madeWith(world.token.token.keyID, until: bench.clock.date.adding(.seconds(10)))
        default: break
        }
        return head
    }

    func happen(to world: FollowBench) async throws {
        switch self {
        case .nothing, .linkOver: break
        case .revoked:
            try await world.bench.tokens.revoke(
                world.token.token.keyID, of: nil, by: StoreFixture.actor, from: .none)
        case .expired:
            let soon = world.bench.clock.date.adding(.seconds(10))
            try await change(world) { $0.expiresAt = soon }
        case .scopeGone: try await change(world) { $0.scopes = [.videoRead] }
        case .originGone: try await change(world) { $0.allowedOrigins = [] }
        case .notItsOwn:
            for stored in try await world.bench.tokens.list(of: nil) {
                _ = try await world.bench.tokens.change(
                    stored.token.keyID, of: nil, by: StoreFixture.actor, from: .none
                ) { $0.ownJobsOnly = true }
            }
        case .teamArchived: try await team(world, becomes: .archived)
        case .linkTeamSuspended: try await team(world, becomes: .suspended)
        }
    }

    private func change(_ world: FollowBench, _ change: @escaping @Sendable (inout Token) -> Void) async throws {
        _ = try await world.bench.tokens.change(
            world.token.token.keyID, of: nil, by: StoreFixture.actor, from: .none, change)
    }

    private func team(_ world: FollowBench, becomes state: Team.State) async throws {
        _ = try await world.bench.books.store.changeTeam(
            world.token.token.team, by: StoreFixture.actor, from: .none, at: world.bench.clock.date
        ) { $0.state = state }
        try await world.bench.directory.refresh()
    }
}
