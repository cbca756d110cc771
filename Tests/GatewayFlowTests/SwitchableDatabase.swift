import SQLDatabase
import Synchronization

/// Another engine that a test can make unavailable for writes, or forgetful, or pass off as one that several processes
/// share.
final class SwitchableDatabase: SQLDatabase {
    private let engine: any SQLDatabase
    private let isOff = Mutex(false)
    /// How many writes until one's answer is lost; 0: none is.
    private let untilLoss = Mutex(0)

    let isShared: Bool

    init(_ engine: any SQLDatabase, isShared: Bool = false) {
        self.engine = engine
        self.isShared = isShared
    }

    func turn(on: Bool) { isOff.withLock { $0 = !on } }

    /// One write is committed, and nobody hears of it: the next one, or as many later.
    func loseAnswer(after others: Int = 0) { untilLoss.withLock { $0 = others + 1 } }

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
        let value = try await engine.write(urgency: urgency, body)
        let isLost = untilLoss.withLock { count in
            defer { count = max(0, count - 1) }
            return count == 1
        }
        if isLost { throw .inDoubt }
        return value
    }

    func migrate(_ migrations: [Migration]) async throws(SQLFailure) { try await engine.migrate(migrations) }
    func wakeUps() -> AsyncStream<Void> { engine.wakeUps() }
    func close() async { await engine.close() }
}
