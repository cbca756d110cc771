import Synchronization

/// The provider behind its lock, with the clock that tells every verb the time.
final class ProviderDesk: Sendable {
    let clock: any SimulatorClock
    private let provider: Mutex<Provider>

    init(_ provider: Provider, clock: any SimulatorClock) {
        self.provider = Mutex(provider)
        self.clock = clock
    }

    /// The time is read inside the lock, so that it never runs backwards from one verb to the next.
    func ask<Answer: Sendable, Refusal: Error>(
        _ verb: (inout Provider, _ now: Moment) throws(Refusal) -> Answer
    ) throws(Refusal) -> Answer {
        try provider.withLock { provider throws(Refusal) in try verb(&provider, clock.now()) }
    }
}
