import GRDB
package import SQLDatabase

/// A store in one SQLite file that this process alone writes: durable when `write` returns, several writes to one fsync.
///
/// When storage breaks (I/O error, corruption, a replaced file), every call throws `.broken` and `settings.onBroken` is
/// called once. When the disk is full, reads and settlements go on and other writes throw `.storageFull` until there is
/// room again.
package final class SQLiteDatabase: SQLDatabase {
    private let writer: Writer
    private let reads: ReadSide

    /// Opens the file, or creates it, for this process alone. Blocks its thread for as long as recovery after a crash
    /// takes; meant for start-up.
    /// - path: the folder must exist. Beside the file stand `-wal`, `-shm`, `.lock` and `.ballast`.
    package static func open(path: String, settings: SQLiteSettings) throws(SQLiteOpenFailure) -> SQLiteDatabase {
        let store = try OpenStore(path: path, settings: settings)
        return SQLiteDatabase(store.writer, reader: store.readers, store: store, settings: settings)
    }

    /// A store that lives as long as this object, for simulations and tests: the same SQL, no disk. Reads and writes take
    /// turns.
    package static func inMemory(
        settings: SQLiteSettings = SQLiteSettings(onBroken: { _ in })
    ) throws(SQLiteOpenFailure) -> SQLiteDatabase {
        do {
            let queue = try DatabaseQueue(configuration: ConnectionSetup.writer(settings))
            return SQLiteDatabase(queue, reader: queue, store: nil, settings: settings)
        } catch {
            throw SQLiteOpenFailure(error, path: "memory")
        }
    }

    private init(_ queue: DatabaseQueue, reader: any DatabaseReader, store: OpenStore?, settings: SQLiteSettings) {
        let texts = StatementTexts()
        writer = Writer(queue, store: store, texts: texts, settings: settings)
        reads = ReadSide(reader: reader, texts: texts)
        WriterLoop.start(writer)
    }

    deinit { writer.beginClosing() }

    /// What was done since the store was opened.
    package var figures: SQLiteFigures { writer.figures }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try writer.checkUsable()
        do throws(SQLFailure) {
            return try await reads.run(body)
        } catch {
            if let reason = error.breakReason { writer.breakDown(reason: reason) }
            // The connection may have been closed in between.
            try writer.checkUsable()
            throw error
        }
    }

    package func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try await writer.write(urgency: urgency, body)
    }

    package func migrate(_ migrations: [Migration]) async throws(SQLFailure) {
        var isMoreToDo = true
        while isMoreToDo {
            isMoreToDo = try await write { connection throws(SQLFailure) in
                try connection.execute(try SQLiteDialect.translate(MigrationPlan.table))
                return try MigrationPlan.takeNext(
                    of: migrations, in: connection, translate: SQLiteDialect.translate)
            }
        }
    }

    package func wakeUps() -> AsyncStream<Void> { writer.wakeUps.stream() }

    package func close() async {
        writer.beginClosing()
        await writer.waitForEnd()
    }
}
