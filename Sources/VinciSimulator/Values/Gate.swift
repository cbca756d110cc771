import Synchronization

/// A value that arrives once; tasks wait for it, and a cancelled one leaves at once.
final class Gate<Value: Sendable>: Sendable {
    private enum State {
        case closed([Int: CheckedContinuation<Value, any Error>], nextID: Int)
        case open(Value)
    }

    private let state = Mutex(State.closed([:], nextID: 0))

    /// The first value stays; later ones are ignored.
    func open(with value: Value) {
        let waiting: [CheckedContinuation<Value, any Error>] = state.withLock { state in
            guard case .closed(let waiting, _) = state else { return [] }
            state = .open(value)
            return Array(waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    /// The value, if it has arrived.
    var current: Value? {
        state.withLock { if case .open(let value) = $0 { value } else { nil } }
    }

    /// - Throws: `CancellationError`.
    func value() async throws -> Value {
        let id = takeID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let value = enter(continuation, as: id) { continuation.resume(returning: value) }
                // The handler below may have run before there was a continuation for it to find.
                if Task.isCancelled { leave(id) }
            }
        } onCancel: {
            leave(id)
        }
    }

    private func takeID() -> Int {
        state.withLock { state in
            guard case .closed(let waiting, let id) = state else { return 0 }
            state = .closed(waiting, nextID: id + 1)
            return id
        }
    }

    private func enter(_ continuation: CheckedContinuation<Value, any Error>, as id: Int) -> Value? {
        state.withLock { state in
            switch state {
            case .open(let value): return value
            case .closed(var waiting, let nextID):
                waiting[id] = continuation
                state = .closed(waiting, nextID: nextID)
                return nil
            }
        }
    }

    private func leave(_ id: Int) {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            guard case .closed(var waiting, let nextID) = state else { return nil }
            let continuation = waiting.removeValue(forKey: id)
            state = .closed(waiting, nextID: nextID)
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
    }
}
