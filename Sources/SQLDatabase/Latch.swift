import Synchronization

/// Lets tasks wait for one event; open for good once it has happened.
package final class Latch: Sendable {
    private enum State {
        case shut(waiting: [CheckedContinuation<Void, Never>])
        case open
    }

    private let state = Mutex(State.shut(waiting: []))

    package init() {}

    package func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard case .shut(let waiting) = state else { return true }
                state = .shut(waiting: waiting + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    package func open() {
        let waiting = state.withLock { state in
            guard case .shut(let waiting) = state else { return [CheckedContinuation<Void, Never>]() }
            state = .open
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
