package import NIOCore
import Synchronization

/// The steady clock, with event loops to wake sleepers.
///
/// `ContinuousClock` makes a timer of the system for every sleep, which lives on when the sleep is given up. Every order has
/// deadlines that are hardly ever reached: their timers would pile up by the ten thousands.
package struct EventLoopClock: Clock {
    private let group: any EventLoopGroup
    private let steady = ContinuousClock()

    package init(group: any EventLoopGroup) { self.group = group }

    package var now: ContinuousClock.Instant { steady.now }
    package var minimumResolution: Duration { .milliseconds(1) }

    /// - tolerance: of no use here.
    package func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let alarm = Alarm()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { alarm.start($0, after: deadline - now, on: group.any()) }
        } onCancel: {
            alarm.cancel()
        }
    }
}

/// One sleep: rings once, or is given up.
private final class Alarm: NIOScheduledCallbackHandler, Sendable {
    private enum State {
        case new
        case cancelled
        case asleep(CheckedContinuation<Void, any Error>, NIOScheduledCallback?)
        case over
    }

    private let state = Mutex(State.new)

    func start(_ sleeper: CheckedContinuation<Void, any Error>, after duration: Duration, on loop: any EventLoop) {
        let isCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            state = .asleep(sleeper, nil)
            return false
        }
        guard !isCancelled else { return sleeper.resume(throwing: CancellationError()) }
        do {
            let callback = try loop.scheduleCallback(in: TimeAmount(duration), handler: self)
            note(callback)
        } catch {
            // A loop that has shut down: so does the program.
            end(with: .failure(CancellationError()))
        }
    }

    func cancel() {
        let callback = state.withLock { state -> NIOScheduledCallback? in
            switch state {
            case .new: state = .cancelled
            case .asleep(_, let callback): return callback
            case .cancelled, .over: break
            }
            return nil
        }
        // First, since the loop tells of its cancellation under a lock of its own.
        end(with: .failure(CancellationError()))
        callback?.cancel()
    }

    func handleScheduledCallback(eventLoop: some EventLoop) { end(with: .success(())) }

    /// At the end of the loop, if it was not given up before.
    func didCancelScheduledCallback(eventLoop: some EventLoop) { end(with: .failure(CancellationError())) }

    /// It may have rung, or been given up, while it was being set.
    private func note(_ callback: NIOScheduledCallback) {
        let isOver = state.withLock { state in
            guard case .asleep(let sleeper, _) = state else { return true }
            state = .asleep(sleeper, callback)
            return false
        }
        if isOver { callback.cancel() }
    }

    private func end(with result: Result<Void, any Error>) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard case .asleep(let sleeper, _) = state else { return nil }
            state = .over
            return sleeper
        }
        sleeper?.resume(with: result)
    }
}
