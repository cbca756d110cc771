import Synchronization

/// Whether a connection's client still sends and takes, and whom to tell when it does not: an answer that waits for
/// something to say would find out only when it says it.
///
/// A client that has shut its sending side counts as gone, though it might still read: nobody can tell the two apart before
/// something is written, and browsers and proxies that do this have left.
package final class ClientPresence: Sendable {
    private enum State {
        case here(onEnd: (@Sendable () -> Void)?)
        case gone
    }

    private let state = Mutex(State.here(onEnd: nil))

    package init() {}

    /// - onEnd: is called once, at once if the client has gone already; it must not wait. In place of the one before: a
    ///   connection has one answer at a time.
    func watch(_ onEnd: @escaping @Sendable () -> Void) {
        let isGone = state.withLock { state in
            guard case .here = state else { return true }
            state = .here(onEnd: onEnd)
            return false
        }
        if isGone { onEnd() }
    }

    func unwatch() {
        state.withLock { state in
            if case .here = state { state = .here(onEnd: nil) }
        }
    }

    /// From the event loop.
    func end() {
        let onEnd = state.withLock { state -> (@Sendable () -> Void)? in
            guard case .here(let onEnd) = state else { return nil }
            state = .gone
            return onEnd
        }
        onEnd?()
    }
}
