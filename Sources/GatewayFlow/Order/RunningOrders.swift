import Synchronization

/// Counts orders that are between their first and their last step, so a stop can wait for them.
package final class RunningOrders: Sendable {
    private struct State {
        var count = 0
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// One order under way; ``end()`` exactly once.
    package struct Ticket: Sendable {
        fileprivate let orders: RunningOrders
        func end() { orders.endOne() }
    }

    package var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Nil when no further order may begin.
    func begin() -> Ticket? {
        state.withLock { state in
            guard !state.isDraining else { return nil }
            state.count += 1
            return Ticket(orders: self)
        }
    }

    /// For work that an order leaves behind; a stop waits for it as well.
    func prolong() -> Ticket {
        state.withLock { $0.count += 1 }
        return Ticket(orders: self)
    }

    /// From now on no order begins. Returns when the last one has ended; each has its own deadlines.
    package func drain() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                state.isDraining = true
                if state.count > 0 { state.waiters.append(continuation) }
                return state.count == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func endOne() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
