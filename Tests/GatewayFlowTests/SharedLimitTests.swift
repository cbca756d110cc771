import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Logging
import SQLiteDatabase
import Synchronization
import Testing

@Suite("A token's limit on three gateways") struct SharedLimitTests {
    @Test("admits no more than the limit in any 60 s, and nearly all of it", .timeLimit(.minutes(2)), arguments: 1...5)
    func holds(seed: UInt64) async throws {
        let fleet = try await Fleet(gateways: 3)
        let token = try await fleet.permit(requestsPerMinute: 60)
        var random = SeededRandom(seed: seed)
        var admitted: [Uptime] = []
        let end = fleet.clock.uptime.adding(.seconds(240))
        while fleet.clock.uptime < end {
            let gateway = fleet.gateways[Int.random(in: 0..<3, using: &random)]
            if await gateway.admits(token) { admitted.append(fleet.clock.uptime) }
            fleet.clock.advance(by: .milliseconds(Int.random(in: 50...400, using: &random)))
            if random.chance(10) { await gateway.tidy() }
        }
        for start in admitted {
            let count = admitted.filter { $0 >= start && $0 < start.adding(.seconds(60)) }.count
            try #require(count <= 60, "seed \(seed): \(count) in 60 s from \(start)")
        }
        // Four minutes of a limit that is wanted all the time; places rest up to a second longer than they must.
        #expect(admitted.count > 4 * 60 * 7 / 10, "seed \(seed): only \(admitted.count)")
    }

    @Test("admits a crowd that comes to one of them at once, as long as the limit has places for it") func crowd()
        async throws
    {
        let fleet = try await Fleet(gateways: 3)
        for crowd in 1...100 {
            let token = try await fleet.permit(requestsPerMinute: 100)
            let admitted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<60 { group.addTask { await fleet.gateways[0].admits(token) } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            try #require(admitted == 60, "crowd \(crowd)")
        }
    }

    @Test("costs a gateway that is alone a handful of transactions, not one per request") func alone() async throws {
        let fleet = try await Fleet(gateways: 1)
        let token = try await fleet.permit(requestsPerMinute: 100)
        _ = fleet.recorder.takeStatements()
        var admitted = 0
        for _ in 0..<100 where await fleet.gateways[0].admits(token) { admitted += 1 }
        #expect(admitted == 100)
        let exchanges = fleet.recorder.takeStatements().count { $0.sql.hasPrefix("INSERT INTO rate_lease") }
        #expect(exchanges <= 8, "\(exchanges) transactions for 100 requests")
    }

    @Test("keeps nothing of a gateway that has ended") func letGo() async throws {
        let fleet = try await Fleet(gateways: 1)
        weak var left: KeyPool?
        do {
            let pool = KeyPool(isShared: true, clock: fleet.clock.wall, sleeper: fleet.clock)
            pool.fetchPlaces(from: fleet.places(of: pool))
            left = pool
        }
        #expect(left == nil)
    }

    @Test("is not asked for again and again while a flood of requests is beyond it") func flood() async throws {
        let fleet = try await Fleet(gateways: 1)
        let token = try await fleet.permit(requestsPerMinute: 2)
        while await fleet.gateways[0].admits(token) {}
        _ = fleet.recorder.takeStatements()
        for _ in 0..<1_000 { #expect(await !fleet.gateways[0].admits(token)) }
        #expect(fleet.recorder.takeStatements().isEmpty)
    }

    @Test("goes to others down to a fair share, and none of it gets lost on the way") func fairShare() async throws {
        let fleet = try await Fleet(gateways: 2)
        let token = try await fleet.permit(requestsPerMinute: 10)
        while await fleet.gateways[0].admits(token) { fleet.clock.advance(by: .seconds(1)) }
        fleet.clock.advance(by: .seconds(61))
        #expect(await fleet.gateways[0].admits(token))
        #expect(await !fleet.gateways[1].admits(token))
        await fleet.gateways[0].tidy()
        fleet.clock.advance(by: .seconds(1))
        var admitted = 0
        while await fleet.gateways[1].admits(token) { admitted += 1 }
        #expect(admitted == 5)
    }

    @Test("is lost to nobody when the store's answers get lost") func lostAnswers() async throws {
        let fleet = try await Fleet(gateways: 2)
        let token = try await fleet.permit(requestsPerMinute: 8)
        for round in 0..<40 {
            fleet.database.loseAnswer()
            _ = await fleet.gateways[round % 2].admits(token)
            fleet.clock.advance(by: .seconds(2))
            for gateway in fleet.gateways { await gateway.tidy() }
        }
        // Long unused, all places go back; what got lost has rested.
        for _ in 0..<130 {
            fleet.clock.advance(by: .seconds(1))
            for gateway in fleet.gateways { await gateway.tidy() }
        }
        var admitted = 0
        for _ in 0..<20 {
            if await fleet.gateways[1].admits(token) { admitted += 1 }
            await fleet.gateways[0].tidy()
        }
        #expect(admitted == 8)
    }

    @Test("is divided while the store is away, never unlimited") func withoutStore() async throws {
        let fleet = try await Fleet(gateways: 3)
        let token = try await fleet.permit(requestsPerMinute: 30)
        _ = await fleet.gateways[0].admits(token)
        fleet.database.turn(on: false)
        var admitted = 0
        for _ in 0..<40 where await fleet.gateways[0].admits(token) { admitted += 1 }
        #expect(admitted + 1 == 10, "one had come before, of 30 a third is left")
    }

    @Test("is not taken as a whole by a process alone while the store is away: another may have come")
    func aloneWithoutStore() async throws {
        let fleet = try await Fleet(gateways: 1)
        let token = try await fleet.permit(requestsPerMinute: 30)
        _ = await fleet.gateways[0].admits(token)
        fleet.database.turn(on: false)
        var admitted = 0
        for _ in 0..<40 where await fleet.gateways[0].admits(token) { admitted += 1 }
        #expect(admitted + 1 == 15)
    }
}

/// Several gateways' limiters on one store, under one clock.
private struct Fleet {
    let clock = ManualClock()
    let recorder: RecordingDatabase
    let database: SwitchableDatabase
    let books: StoreFixture
    let gateways: [Member]

    init(gateways count: Int) async throws {
        recorder = RecordingDatabase(ClockedDatabase(try SQLiteDatabase.inMemory(), clock: clock))
        database = SwitchableDatabase(recorder, isShared: true)
        books = try await StoreFixture(database)
        var gateways: [Member] = []
        for number in 0..<count {
            let process = ProcessID(stored: "gateway-\(number)")
            try await books.store.register(process, alone: false, at: .testStart)
            gateways.append(Member(process, store: books.store, clock: clock))
        }
        self.gateways = gateways
    }

    func places(of pool: KeyPool) -> SharedPlaces {
        let lease = ProcessLease(ProcessID(stored: "one-more"), terms: .standard, clock: clock.wall)
        return SharedPlaces(
            limiter: RateLimiter(isShared: true), pool: pool, store: books.store, lease: lease, clock: clock.wall,
            sleeper: clock, logger: Logger(label: "flow-tests") { _ in SwiftLogNoOpLogHandler() })
    }

    func permit(requestsPerMinute: Int) async throws -> Permit {
        let owner = try await books.owner()
        var token = Token.sample(owner.token, of: owner.team)
        token.requestsPerMinute = requestsPerMinute
        let caller = try Caller.authenticated(token, of: .sample(owner.team), at: .testStart)
        return try Permit.granted(to: caller, for: .orderText, from: .none)
    }
}

private struct Member {
    let limiter = RateLimiter(isShared: true)
    let places: SharedPlaces
    let clock: ManualClock

    init(_ process: ProcessID, store: GatewayStore, clock: ManualClock) {
        self.clock = clock
        let lease = ProcessLease(process, terms: .standard, clock: clock.wall)
        places = SharedPlaces(
            limiter: limiter, pool: KeyPool(isShared: true, clock: clock.wall, sleeper: clock), store: store,
            lease: lease, clock: clock.wall, sleeper: TurningClock(clock: clock),
            logger: Logger(label: "flow-tests") { _ in SwiftLogNoOpLogHandler() })
    }

    func admits(_ permit: Permit) async -> Bool { (try? await places.admit(permit, by: limiter, version: 0)) != nil }
    func tidy() async { await places.tidy() }
}

/// Whoever sleeps on it makes the time pass.
private struct TurningClock: Clock {
    let clock: ManualClock

    var now: ManualClock.Instant { clock.now }
    var minimumResolution: Duration { clock.minimumResolution }

    func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
        clock.advance(by: max(.zero, now.duration(to: deadline)))
    }
}
