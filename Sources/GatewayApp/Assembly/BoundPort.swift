import Synchronization

/// The port that a listener got, for those who asked for any.
package final class BoundPort: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Int?, Never>])
        case known(Int?)
    }

    private let state = Mutex(State.waiting([]))

    package init() {}

    /// Returns when the listener is bound; nil when it will not be.
    package func value() async -> Int? {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Int?? in
                switch state {
                case .known(let port):
                    return .some(port)
                case .waiting(let waiters):
                    state = .waiting(waiters + [continuation])
                    return .none
                }
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Nil until the listener is bound.
    var known: Int? {
        state.withLock { state in
            if case .known(let port) = state { port } else { nil }
        }
    }

    func set(_ port: Int?) {
        let waiters = state.withLock { state -> [CheckedContinuation<Int?, Never>] in
            guard case .waiting(let waiters) = state else { return [] }
            state = .known(port)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: port) }
    }
}
