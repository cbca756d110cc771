import GatewayCore
import GatewayTesting
import Testing

@Suite("A clock that tests turn") struct ManualClockTests {
    @Test("wakes who is due, the earliest first, and nobody else", .timeLimit(.minutes(1)))
    func wakesInOrder() async throws {
        let clock = ManualClock()
        let (woken, bell) = AsyncStream.makeStream(of: Int64.self)
        let tasks = [Int64(30), 10, 20, 40].map { seconds in
            Task {
                try await clock.sleep(for: .seconds(seconds))
                bell.yield(seconds)
            }
        }
        await clock.sleepers(4)
        var order: [Int64] = []
        var iterator = woken.makeAsyncIterator()
        while let pause = clock.untilNextWake, order.count < 3 {
            clock.advance(by: pause)
            order.append(try #require(await iterator.next()))
        }
        #expect(order == [10, 20, 30])
        #expect(clock.sleeperCount == 1)
        #expect(clock.untilNextWake == .seconds(10))
        for task in tasks { task.cancel() }
        await #expect(throws: CancellationError.self) { try await tasks[3].value }
        #expect(clock.sleeperCount == 0)
    }

    @Test("does not keep a sleeper that was cancelled before, nor one that is due already", .timeLimit(.minutes(1)))
    func endsAtOnce() async throws {
        let clock = ManualClock()
        try await clock.sleep(for: .zero)
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(1))
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test("shows one instant as date and uptime; a corrected date is no time that passes")
    func faces() {
        let clock = ManualClock()
        let (date, uptime) = (clock.wall.now(), clock.wall.uptime())
        clock.advance(by: .seconds(5))
        #expect(clock.wall.now().since(date) == .seconds(5))
        #expect(clock.wall.uptime().since(uptime) == .seconds(5))
        clock.moveDate(by: .seconds(-60))
        #expect(clock.wall.now().since(date) == .seconds(-55))
        #expect(clock.wall.uptime().since(uptime) == .seconds(5))
    }

    @Test("tells as soon as enough sleep, also to who asks too late or gives up", .timeLimit(.minutes(1)))
    func tells() async throws {
        let clock = ManualClock()
        let observer = Task { await clock.sleepers(2) }
        let tasks = (0..<2).map { _ in Task { try await clock.sleep(for: .seconds(1)) } }
        await observer.value
        await clock.sleepers(2)
        let patient = Task { await clock.sleepers(3) }
        patient.cancel()
        await patient.value
        clock.advance(by: .seconds(1))
        for task in tasks { try await task.value }
    }
}

@Suite("Seeded random numbers") struct SeededRandomTests {
    // The first three outputs of SplitMix64 for seed 1234567, as published with the algorithm.
    @Test("are those of SplitMix64")
    func known() {
        var random = SeededRandom(seed: 1_234_567)
        let found = (0..<3).map { _ in random.next() }
        #expect(found == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }
}
