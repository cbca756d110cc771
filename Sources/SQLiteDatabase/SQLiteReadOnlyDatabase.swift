import Dispatch
import GRDB
package import SQLDatabase
import Synchronization

/// A store that is only looked at, with or without a gateway running on it: for offline verification.
package final class SQLiteReadOnlyDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let reads: ReadSide
    private let wake = WakeUps()
    private let isClosed = Mutex(false)

    fileprivate init(_ pool: DatabasePool) {
        self.pool = pool
        reads = ReadSide(reader: pool, texts: StatementTexts())
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        if isClosed.withLock({ $0 }) { throw .closed }
        return try await reads.run(body)
    }

    /// - Throws: `.statement` always.
    package func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        throw .statement(reason: "the store was opened for reading only")
    }

    /// Changes nothing.
    /// - Throws: also `.statement` when the store lacks one of `migrations`.
    package func migrate(_ migrations: [Migration]) async throws(SQLFailure) {
        let applied = try await read { connection throws(SQLFailure) in try MigrationPlan.applied(in: connection) }
        if let missing = try MigrationPlan.missing(from: migrations, after: applied).first {
            throw .statement(reason: "the store lacks migration \(missing.number) (\(missing.name))")
        }
    }

    /// Ends at `close`; nothing is heard of other processes.
    package func wakeUps() -> AsyncStream<Void> { wake.stream() }

    package func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        wake.finish()
        await withCheckedContinuation { continuation in
            // Closing waits for reads that are under way, which a cooperative thread must not.
            DispatchQueue.global().async { [pool] in
                pool.interrupt()
                try? pool.close()
                continuation.resume()
            }
        }
    }
}

extension SQLiteDatabase {
    /// Opens the file for reading, whether or not a gateway runs on it. Blocks its thread for a moment.
    package static func openReadOnly(path: String) throws(SQLiteOpenFailure) -> SQLiteReadOnlyDatabase {
        let files = try StoreFiles(path: path)
        let path = files.database
        guard files.identity() != nil else { throw .missing(path) }
        do {
            let settings = SQLiteSettings(onBroken: { _ in })
            return SQLiteReadOnlyDatabase(
                try DatabasePool(path: path, configuration: ConnectionSetup.reader(settings)))
        } catch {
            throw SQLiteOpenFailure(error, path: path)
        }
    }
}
