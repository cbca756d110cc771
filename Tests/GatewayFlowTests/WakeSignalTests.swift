import GatewayFlow
import GatewayTesting
import Testing

@Suite("A wake signal") struct WakeSignalTests {
    @Test("that came while nobody slept is kept for the next sleeper")
    func kept() async {
        let signal = WakeSignal()
        signal.wake()
        await signal.wait(upTo: nil, on: ManualClock())
    }

    @Test("wakes after its time without a call")
    func time() async {
        let clock = ManualClock()
        let signal = WakeSignal()
        async let waited: Void = signal.wait(upTo: .seconds(5), on: clock)
        await clock.sleepers(1)
        clock.advance(by: .seconds(5))
        await waited
    }

    @Test("lets a cancelled sleeper go", arguments: SeededRandom.seeds(50))
    func cancelled(seed: UInt64) async {
        let signal = WakeSignal()
        let sleeper = Task { await signal.wait(upTo: nil, on: ContinuousClock()) }
        if seed.isMultiple(of: 2) { await Task.yield() }
        sleeper.cancel()
        await sleeper.value
    }

    @Test("loses no call, whoever comes first", arguments: SeededRandom.seeds(50))
    func race(seed: UInt64) async {
        let signal = WakeSignal()
        async let sleeper: Void = signal.wait(upTo: nil, on: ContinuousClock())
        async let caller: Void = Task { signal.wake() }.value
        _ = await (sleeper, caller)
    }

    @Test("does not end a sleep by the timer of the one before", .timeLimit(.minutes(1)))
    func lateTimer() async throws {
        let signal = WakeSignal()
        let (timers, timer) = AsyncStream<StubbornClock.Sleeper>.makeStream()
        var timersIterator = timers.makeAsyncIterator()
        let first = Task { await signal.wait(upTo: .seconds(1), on: StubbornClock(timer)) }
        let late = try #require(await timersIterator.next())
        signal.wake()
        await first.value

        let clock = ManualClock()
        async let second: Void = signal.wait(upTo: .seconds(5), on: clock)
        await clock.sleepers(1)
        late.resume()
        #expect(await timersIterator.next() == nil)
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .seconds(5))
        await second
    }
}

/// A clock whose sleepers do not hear that they are cancelled: as if their time had come just before.
private final class StubbornClock: Clock {
    typealias Instant = ManualClock.Instant
    typealias Sleeper = CheckedContinuation<Void, Never>

    private let base = ManualClock()
    private let sleepers: AsyncStream<Sleeper>.Continuation

    /// - sleepers: is told of each; ends when nobody sleeps here, nor will.
    init(_ sleepers: AsyncStream<Sleeper>.Continuation) { self.sleepers = sleepers }

    deinit { sleepers.finish() }

    var now: Instant { base.now }
    var minimumResolution: Duration { base.minimumResolution }

    func sleep(until deadline: Instant, tolerance: Duration?) async {
        await withCheckedContinuation { _ = sleepers.yield($0) }
    }
}
