import SQLDatabase
import Synchronization

/// Another engine that a test can make unavailable for writes, or pass off as one that several processes share.
final class SwitchableDatabase: SQLDatabase {
    private let engine: any SQLDatabase
    private let isOff = Mutex(false)

    let isShared: Bool

    init(_ engine: any SQLDatabase, isShared: Bool = false) {
        self.engine = engine
        self.isShared = isShared
    }

    func turn(on: Bool) { isOff.withLock { $0 = !on } }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try await engine.read(body)
    }

    func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        if isOff.withLock({ $0 }) { throw .unavailable(reason: "turned off by the test") }
        return try await engine.write(urgency: urgency, body)
    }

    func migrate(_ migrations: [Migration]) async throws(SQLFailure) { try await engine.migrate(migrations) }
    func wakeUps() -> AsyncStream<Void> { engine.wakeUps() }
    func close() async { await engine.close() }
}
