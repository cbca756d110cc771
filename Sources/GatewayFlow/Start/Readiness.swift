import Synchronization

/// Whether this process may take orders, for `/readyz`.
package final class Readiness: Sendable {
    package enum State: String, Sendable {
        case starting, ready, draining
        /// Reads and settlements go on.
        case storageFull = "storage full"
    }

    private let state = Mutex(State.starting)
    private let isStoreFull: @Sendable () -> Bool

    package init(isStoreFull: @escaping @Sendable () -> Bool = { false }) { self.isStoreFull = isStoreFull }

    package var current: State {
        let state = state.withLock { $0 }
        return state == .ready && isStoreFull() ? .storageFull : state
    }

    package func set(_ next: State) { state.withLock { $0 = next } }
}
