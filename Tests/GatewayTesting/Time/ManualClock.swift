package import GatewayCore
import Synchronization

/// A clock that stands still until a test turns it. It is a `Clock<Duration>` for waiting; ``wall`` gives the dates and
/// uptimes of the same instant (one type cannot have both the `now` of `Clock` and that of `WallClock`).
package final class ManualClock: Clock {
    package struct Instant: InstantProtocol {
        /// Since the clock was made.
        let elapsed: Duration

        package func advanced(by duration: Duration) -> Instant { Instant(elapsed: elapsed + duration) }
        package func duration(to other: Instant) -> Duration { other.elapsed - elapsed }
        package static func < (left: Instant, right: Instant) -> Bool { left.elapsed < right.elapsed }
    }

    private let state: Mutex<ManualClockState>

    /// - date: what the calendar on the wall shows at first.
    package init(date: Timestamp = .testStart) { state = Mutex(ManualClockState(date: date)) }

    package var now: Instant { Instant(elapsed: state.withLock { $0.elapsed }) }
    package var minimumResolution: Duration { .microseconds(1) }
    /// The same instant as a date.
    package var date: Timestamp { state.withLock { $0.date } }
    /// The same instant as an uptime; not zero at first, as on any machine that runs.
    package var uptime: Uptime { state.withLock { $0.uptime } }

    /// How many tasks sleep now.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }
    /// How far to advance until somebody wakes; nil when nobody sleeps.
    package var untilNextWake: Duration? { state.withLock { $0.untilNextWake } }

    /// Lets time pass. Everybody who is due is woken, the earliest deadline first, equals in the order of their coming.
    package func advance(by duration: Duration) {
        precondition(duration >= .zero, "uptime never goes back; see moveDate(by:)")
        for sleeper in state.withLock({ $0.advance(by: duration) }) { sleeper.resume() }
    }

    /// Puts the calendar forward or back without any time passing, as a correction from the network does.
    package func moveDate(by duration: Duration) { state.withLock { $0.date = $0.date.adding(duration) } }

    /// Returns as soon as at least `count` tasks sleep, or when the caller is cancelled.
    package func sleepers(_ count: Int) async {
        let number = state.withLock { $0.takeNumber() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { $0.add(Observer(count: count, continuation: continuation), as: number) }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.observers.removeValue(forKey: number) }?.continuation.resume()
        }
    }

    /// - Throws: `CancellationError` when the task is cancelled before the clock has been turned that far.
    package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let number = state.withLock { $0.takeNumber() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let sleeper = Sleeper(deadline: deadline.elapsed, continuation: continuation)
                let (verdict, observers) = state.withLock { $0.add(sleeper, as: number) }
                if let verdict { continuation.resume(with: verdict) }
                for observer in observers { observer.continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}

extension Timestamp {
    /// Where time begins in tests: Sunday, 2026-11-22 09:00 UTC.
    package static let testStart = Timestamp(seconds: 1_795_338_000)
}
