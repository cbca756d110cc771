import Foundation

/// Where the simulator's time comes from: dates for its bill and waiting for its delays.
package protocol SimulatorClock: Sendable {
    func now() -> Moment

    /// - Throws: `CancellationError` when the task is cancelled before the time has passed.
    func sleep(for duration: Duration) async throws
}

/// The time on the wall, read once; from there on it runs at the pace of the monotonic clock, so a correction of the
/// system clock moves no rate window and ends no job.
package struct RealTime: SimulatorClock {
    private let start: Moment
    private let startInstant: ContinuousClock.Instant

    package init() {
        start = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        startInstant = .now
    }

    package func now() -> Moment { start.advanced(by: .now - startInstant) }

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration, clock: .continuous)
    }
}
