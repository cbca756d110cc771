package import SQLDatabase
import Synchronization

/// A store in a PostgreSQL database that any number of processes share: durable when `write` returns.
///
/// While the server cannot be reached, work waits for its deadline and then gets `.unavailable`; connections are made
/// again by themselves. When the server reports damaged data, every call throws `.broken` and `settings.onBroken` is
/// called once.
///
/// Needs connections that last: no pooler in between that hands out another one for each transaction.
package final class PostgresDatabase: SQLDatabase {
    private let pool: Pool
    private let listener = Mutex<Listener?>(nil)

    /// Connects, proves that the server keeps what it confirms, and makes the driver's own table if it is missing.
    /// - url: `postgres://…`; see `ConnectionTarget`. Never shown.
    package static func open(
        url: String, settings: PostgresSettings
    ) async throws(PostgresOpenFailure) -> PostgresDatabase {
        let target = try ConnectionTarget(url: url, defaults: ConnectionTarget.writing)
        let pool = try Pool(target, for: .writing, settings: settings)
        try await pool.open()
        return PostgresDatabase(pool)
    }

    private init(_ pool: Pool) { self.pool = pool }

    deinit {
        pool.beginClosing()
        listener.withLock { $0?.stop() }
    }

    package var isShared: Bool { true }

    /// What was done since the store was opened.
    package var figures: PostgresFigures { pool.figures }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try await pool.read(body)
    }

    package func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try await pool.write(urgency: urgency, body)
    }

    /// Processes that start at the same time take turns.
    package func migrate(_ migrations: [Migration]) async throws(SQLFailure) {
        var isMoreToDo = true
        while isMoreToDo {
            isMoreToDo = try await pool.write(urgency: .ordinary, isMigration: true) { connection throws(SQLFailure) in
                try SchemaStep.take(from: migrations, in: connection)
            }
        }
    }

    /// Rings for commits of any process that called `wakeOthers`, and whenever some may have been missed. Listens from
    /// the first call on.
    package func wakeUps() -> AsyncStream<Void> {
        if pool.refusal == nil { listen() }
        return pool.wakeUps.stream()
    }

    private func listen() {
        listener.withLock { listener in
            guard listener == nil else { return }
            listener = Listener(pool.target, settings: pool.settings, wakeUps: pool.wakeUps)
            listener?.start()
        }
    }

    package func close() async {
        pool.beginClosing()
        let listener = listener.withLock { $0 }
        listener?.stop()
        await pool.waitForEnd()
        await listener?.waitForEnd()
    }
}
