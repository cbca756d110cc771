import Synchronization

/// Lets one task sleep until a time has passed or somebody calls ``wake()``; a call while nobody sleeps is kept.
///
/// `AsyncStream` does not serve here: cancelling one wait for its next element ends the whole stream.
package final class WakeSignal: Sendable {
    private enum State {
        case idle
        case signalled
        case sleeping(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    package init() {}

    package func wake() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            switch state {
            case .idle, .signalled:
                state = .signalled
                return nil
            case .sleeping(let continuation):
                state = .idle
                return continuation
            }
        }
        sleeper?.resume()
    }

    /// Returns after `duration` (nil: never by itself), after a ``wake()``, or when the task is cancelled.
    package func wait(upTo duration: Duration?, on clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { group in
            if let duration {
                group.addTask {
                    // Cancelled: somebody woke us, or the whole wait was given up.
                    try? await clock.sleep(for: duration)
                }
            }
            group.addTask { await self.sleepUntilWoken() }
            await group.next()
            group.cancelAll()
        }
    }

    private func sleepUntilWoken() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state -> Bool in
                    if case .signalled = state {
                        state = .idle
                        return true
                    }
                    // Checked under the lock: a cancellation that came earlier found nobody to resume.
                    if Task.isCancelled { return true }
                    state = .sleeping(continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            giveUp()
        }
    }

    private func giveUp() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .sleeping(let continuation) = state else { return nil }
            state = .idle
            return continuation
        }
        sleeper?.resume()
    }
}
