package import SQLDatabase

/// A store that is only looked at, with or without gateways running on it: for offline verification. A standby will do.
package final class PostgresReadOnlyDatabase: SQLDatabase {
    private let pool: Pool

    fileprivate init(_ pool: Pool) { self.pool = pool }

    deinit { pool.beginClosing() }

    package var isShared: Bool { true }

    /// Whether no process has made its tables here yet; false when that cannot be told.
    package func isNew() async -> Bool {
        let isThere = try? await read { connection throws(SQLFailure) in
            try connection.row(SchemaStep.search)?.bool("is_there")
        }
        return isThere == false
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try await pool.read(body)
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
    package func wakeUps() -> AsyncStream<Void> { pool.wakeUps.stream() }

    package func close() async {
        pool.beginClosing()
        await pool.waitForEnd()
    }
}

extension PostgresDatabase {
    /// Opens the store for reading.
    /// - url: as for `open`.
    package static func openReadOnly(url: String) async throws(PostgresOpenFailure) -> PostgresReadOnlyDatabase {
        let target = try ConnectionTarget(url: url, defaults: ConnectionTarget.reading)
        var settings = PostgresSettings(onBroken: { _ in })
        settings.connectionsMax = 2
        settings.readersMax = 2
        // A verification reads everything there is, and nobody waits behind it.
        settings.readStatementTimeout = .seconds(3600)
        let pool = try Pool(target, for: .reading, settings: settings)
        try await pool.open()
        return PostgresReadOnlyDatabase(pool)
    }
}
