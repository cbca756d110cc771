import Synchronization

/// Every order of a load, with everything that its app was told about it.
final class OrderLog: Sendable {
    struct Entry: Sendable {
        let order: ChaosOrder
        var told: [Told] = []

        var acceptedID: String? {
            for case .accepted(let id) in told { return id }
            return nil
        }
    }

    private struct State {
        var entries: [Entry] = []
        var complaints: [String] = []
    }

    private let state = Mutex(State())

    /// The next order, made with its number.
    func begin(_ make: (Int) -> ChaosOrder) -> ChaosOrder {
        state.withLock { state in
            let order = make(state.entries.count)
            state.entries.append(Entry(order: order))
            return order
        }
    }

    func note(_ told: Told, of order: ChaosOrder) {
        state.withLock { state in
            let earlier = state.entries[order.number].acceptedID
            if case .accepted(let id) = told, let earlier, earlier != id {
                state.complaints.append("order \(order.number) was given two request ids: \(earlier) and \(id)")
            }
            state.entries[order.number].told.append(told)
        }
    }

    /// Something that must not happen to an app.
    func complain(_ text: String) { state.withLock { $0.complaints.append(text) } }

    var entries: [Entry] { state.withLock { $0.entries } }
    var complaints: [String] { state.withLock { $0.complaints } }
    var count: Int { state.withLock { $0.entries.count } }
    var acceptedCount: Int { state.withLock { $0.entries.count { $0.acceptedID != nil } } }
}
