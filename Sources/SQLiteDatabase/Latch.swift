import Synchronization

/// Lets tasks wait for one event; open for good once it has happened.
final class Latch: Sendable {
    private enum State {
        case shut(waiting: [CheckedContinuation<Void, Never>])
        case open
    }

    private let state = Mutex(State.shut(waiting: []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard case .shut(let waiting) = state else { return true }
                state = .shut(waiting: waiting + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            guard case .shut(let waiting) = state else { return [CheckedContinuation<Void, Never>]() }
            state = .open
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
