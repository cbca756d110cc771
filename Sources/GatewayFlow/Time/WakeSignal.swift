import GatewayCore
import Synchronization

/// Lets one task sleep until a time has passed or somebody calls ``wake()``; a call while nobody sleeps is kept.
///
/// `AsyncStream` does not serve here: cancelling one wait for its next element ends the whole stream. Nor does a task group,
/// which is three tasks for each that sleeps, and thousands do.
package final class WakeSignal: Sendable {
    private enum State {
        case idle
        case signalled
        case sleeping(CheckedContinuation<Void, Never>, timer: Task<Void, Never>?)
    }

    private struct Sleep {
        var state = State.idle
        /// Counts the sleeps: a timer ends its own only.
        var number = 0
    }

    private let sleep = Mutex(Sleep())

    package init() {}

    package func wake() { end(keeping: true) }

    /// Returns after `duration` (nil: never by itself), after a ``wake()``, or when the task is cancelled.
    package func wait(upTo duration: Duration?, on clock: any Clock<Duration>) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { begin($0, upTo: duration, on: clock) }
        } onCancel: {
            end()
        }
    }

    private func begin(
        _ sleeper: CheckedContinuation<Void, Never>, upTo duration: Duration?, on clock: any Clock<Duration>
    ) {
        let number = sleep.withLock { sleep -> Int? in
            if case .signalled = sleep.state {
                sleep.state = .idle
                return nil
            }
            // Checked under the lock: a cancellation that came earlier found nobody to resume.
            if Task.isCancelled { return nil }
            sleep.state = .sleeping(sleeper, timer: nil)
            sleep.number += 1
            return sleep.number
        }
        guard let number else { return sleeper.resume() }
        if let duration { limit(number, to: duration, on: clock) }
    }

    private func limit(_ number: Int, to duration: Duration, on clock: any Clock<Duration>) {
        let timer = Task(executorPreference: HomeExecutor.current) {
            // Cancelled: the sleep is over.
            guard (try? await clock.sleep(for: duration)) != nil else { return }
            self.end(only: number)
        }
        let isNeeded = sleep.withLock { sleep in
            guard case .sleeping(let sleeper, _) = sleep.state, sleep.number == number else { return false }
            sleep.state = .sleeping(sleeper, timer: timer)
            return true
        }
        if !isNeeded { timer.cancel() }
    }

    /// - keeping: whether the next sleep is to end at once, when nobody sleeps.
    /// - number: the sleep to end; nil: whichever it is.
    private func end(keeping isKept: Bool = false, only number: Int? = nil) {
        let (sleeper, timer) = sleep.withLock { sleep -> (CheckedContinuation<Void, Never>?, Task<Void, Never>?) in
            guard case .sleeping(let sleeper, let timer) = sleep.state else {
                if isKept { sleep.state = .signalled }
                return (nil, nil)
            }
            guard number == nil || number == sleep.number else { return (nil, nil) }
            sleep.state = .idle
            return (sleeper, timer)
        }
        timer?.cancel()
        sleeper?.resume()
    }
}
