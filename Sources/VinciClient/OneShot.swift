import GatewayCore
import Synchronization

/// A value that comes once, and for which one waits with patience: when that is over, the value may still come and be waited
/// for again. Cancelling who waits does nothing.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case nothing
        case awaited(CheckedContinuation<Value?, Never>, timer: Task<Void, Never>?)
        case there(Value)
    }

    private let state = Mutex(State.nothing)

    /// To be called once.
    func put(_ value: Value) {
        let before = state.withLock { state in
            defer { state = .there(value) }
            return state
        }
        guard case .awaited(let waiting, let timer) = before else { return }
        timer?.cancel()
        waiting.resume(returning: value)
    }

    /// For one caller at a time.
    /// - Returns: nil when there is none after `patience`.
    func value(within patience: Duration, on clock: any Clock<Duration>) async -> Value? {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                if case .there(let value) = state { return value }
                state = .awaited(continuation, timer: nil)
                return nil
            }
            if let value { return continuation.resume(returning: value) }
            limit(patience, on: clock)
        }
    }

    private func limit(_ patience: Duration, on clock: any Clock<Duration>) {
        let timer = Task(executorPreference: HomeExecutor.current) {
            guard (try? await clock.sleep(for: patience)) != nil else { return }
            self.giveUp()
        }
        let isNeeded = state.withLock { state in
            guard case .awaited(let waiting, _) = state else { return false }
            state = .awaited(waiting, timer: timer)
            return true
        }
        // The value came, or the patience was over, before the timer had its place.
        if !isNeeded { timer.cancel() }
    }

    private func giveUp() {
        let waiting = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            guard case .awaited(let waiting, _) = state else { return nil }
            state = .nothing
            return waiting
        }
        waiting?.resume(returning: nil)
    }
}
