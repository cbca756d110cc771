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
}
