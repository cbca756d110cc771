import Synchronization

/// Whether this process may take orders, for `/readyz`.
package final class Readiness: Sendable {
    package enum State: String, Sendable {
        case starting, ready, draining
        /// Reads and settlements go on.
        case storageFull = "storage full"
        /// The database does not answer, or this process could not tell it for seconds that it lives.
        case storageAway = "storage unavailable"
    }

    private let state = Mutex(State.starting)
    private let isStoreFull: @Sendable () -> Bool
    private let isStoreAway: @Sendable () -> Bool

    package init(
        isStoreFull: @escaping @Sendable () -> Bool = { false },
        isStoreAway: @escaping @Sendable () -> Bool = { false }
    ) {
        self.isStoreFull = isStoreFull
        self.isStoreAway = isStoreAway
    }

    package var current: State {
        let state = state.withLock { $0 }
        guard state == .ready else { return state }
        if isStoreAway() { return .storageAway }
        return isStoreFull() ? .storageFull : .ready
    }

    package func set(_ next: State) { state.withLock { $0 = next } }
}
