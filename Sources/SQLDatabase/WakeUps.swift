import Synchronization

/// Everybody who wants to know that something was committed.
package final class WakeUps: Sendable {
    private struct Listeners {
        var streams: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextID = 0
        var isFinished = false
    }

    private let listeners = Mutex(Listeners())

    package init() {}

    /// Holds one wake-up at most: a slow listener misses repetitions, never the last one.
    package func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = listeners.withLock { listeners -> Int? in
            guard !listeners.isFinished else { return nil }
            listeners.nextID += 1
            listeners.streams[listeners.nextID] = continuation
            return listeners.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        return stream
    }

    package func ring() {
        // Outside the lock: a stream may end, and call `remove`, while it is woken.
        for continuation in listeners.withLock({ Array($0.streams.values) }) { continuation.yield() }
    }

    package func finish() {
        let streams = listeners.withLock { listeners in
            listeners.isFinished = true
            return Array(listeners.streams.values)
        }
        for continuation in streams { continuation.finish() }
    }

    private func remove(_ id: Int) {
        _ = listeners.withLock { $0.streams.removeValue(forKey: id) }
    }
}
