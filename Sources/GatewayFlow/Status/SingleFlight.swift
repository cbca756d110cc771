import Synchronization

/// Lets many who want the same thing at the same time share one attempt to get it.
final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let flights = Mutex<[Key: Task<Value, any Error>]>([:])

    /// The value that `get` gives, now or, for those who come while it is under way, once.
    func value(for key: Key, _ get: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let flight = flights.withLock { flights in
            if let flight = flights[key] { return flight }
            // A task of its own: whoever came first may go away.
            let flight = Task {
                defer { self.end(key) }
                return try await get()
            }
            flights[key] = flight
            return flight
        }
        return try await flight.value
    }

    private func end(_ key: Key) { _ = flights.withLock { $0.removeValue(forKey: key) } }
}
