import Synchronization

/// Lets the one task of a stream sleep until something concerns it, and says what. Whatever happens while it is awake is
/// kept for its next sleep.
///
/// Unlike ``WakeSignal`` it needs no task of its own for each sleeper, of whom there are thousands; that none sleeps forever
/// is for ``Heartbeats``.
package final class StreamSignal: Sendable {
    package struct Reasons: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        static let change = Reasons(rawValue: 1)
        static let heartbeat = Reasons(rawValue: 2)
        /// The client has left, or the task was cancelled.
        package static let left = Reasons(rawValue: 4)
    }

    private struct State {
        var reasons: Reasons = []
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func raise(_ reason: Reasons) {
        let sleeper = state.withLock { state in
            state.reasons.insert(reason)
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// - Returns: everything that was raised since the last call; at least one reason.
    func wait() async -> Reasons {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    guard state.reasons.isEmpty else { return true }
                    state.sleeper = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            raise(.left)
        }
        return state.withLock { state in
            defer { state.reasons = [] }
            return state.reasons
        }
    }
}
