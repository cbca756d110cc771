import Foundation
import GRDB
package import SQLDatabase

/// For simulations: a store in memory in which every call runs at once on the caller's thread. The same SQL as in a
/// file, but no other thread ever takes part: whoever decides which task runs next decides about the store as well.
///
/// All that happens stands in one transaction that never ends, each write in a savepoint of it: ``rewind()`` undoes
/// everything since ``mark()`` at once, and the prepared statements stay.
///
/// - Safety: one thread alone may use it, the one inside ``run(_:)``; every way to the connection checks that.
package final class SQLiteImmediateDatabase: SQLDatabase, @unchecked Sendable {
    private let thread = pthread_self()
    private let database: Database
    private let statements = ReadyStatements(StatementTexts())
    /// Now by the store's clock, in Unix microseconds.
    package var clock: () -> Int64 = { 0 }
    /// Told of every row that a statement touches, also of those that are rolled back afterwards.
    package var onChange: (RowChange) -> Void = { _ in }
    /// Told after each commit of a body that wanted other processes to wake.
    package var onBell: () -> Void = {}

    /// Makes an empty store that lasts as long as `use`.
    package static func run<Value>(_ use: (SQLiteImmediateDatabase) throws -> Value) throws -> Value {
        let settings = SQLiteSettings(onBroken: { _ in })
        let queue = try DatabaseQueue(configuration: ConnectionSetup.writer(settings))
        return try queue.writeWithoutTransaction { database in
            let store = SQLiteImmediateDatabase(database)
            try store.connection().run("BEGIN")
            defer { store.end() }
            return try use(store)
        }
    }

    private init(_ database: Database) {
        self.database = database
        RowChange.listen(to: database, self)
    }

    private func end() {
        RowChange.stopListening(to: database)
        try? connection().run("ROLLBACK")
    }

    /// From now on ``rewind()`` leads back to what is in the store now.
    package func mark() throws(SQLFailure) {
        try connection().run("COMMIT")
        try connection().run("BEGIN")
    }

    package func rewind() throws(SQLFailure) {
        try connection().run("ROLLBACK")
        try connection().run("BEGIN")
    }

    /// `read` for callers that are not asynchronous.
    package func look<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> Value
    ) throws(SQLFailure) -> Value {
        let changes = database.totalChangesCount
        let value = try body(ImmediateConnection(inner: connection(), clock: clock))
        precondition(database.totalChangesCount == changes, "a read has written")
        return value
    }

    /// `write` for callers that are not asynchronous.
    package func change<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        let scope = connection()
        let value = try scope.savepoint { (connection) throws(SQLFailure) in
            let end = try body(ImmediateConnection(inner: connection, clock: clock))
            if case .rollback = end { scope.bell.isRung = false }
            return end
        }
        if scope.bell.isRung { onBell() }
        return value
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try look(body)
    }

    package func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try change(body)
    }

    package func migrate(_ migrations: [Migration]) async throws(SQLFailure) {
        try change { (connection) throws(SQLFailure) in
            try connection.execute(try SQLiteDialect.translate(MigrationPlan.table))
            let applied = try MigrationPlan.applied(in: connection)
            for migration in try MigrationPlan.missing(from: migrations, after: applied) {
                for statement in migration.statements {
                    try connection.execute(try SQLiteDialect.translate(statement))
                }
                try MigrationPlan.note(migration, in: connection)
            }
            return .commit(())
        }
    }

    /// Ends at once: who is to be woken, and when, is for the simulation to say; see ``onBell``.
    package func wakeUps() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

    package func close() async {}

    private func connection() -> SQLiteConnection {
        precondition(pthread_equal(thread, pthread_self()) != 0, "the store belongs to the thread that made it")
        return SQLiteConnection(database: database, statements: statements, faults: FaultLatch())
    }
}

/// The statements of one body, with the simulation's clock.
private struct ImmediateConnection: SQLConnection {
    let inner: any SQLConnection
    let clock: () -> Int64

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        try inner.query(sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
        try inner.execute(sql, parameters)
    }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try inner.savepoint { (connection) throws(SQLFailure) in
            try body(ImmediateConnection(inner: connection, clock: clock))
        }
    }

    func storeClock() throws(SQLFailure) -> Int64 { clock() }
    func wakeOthers() throws(SQLFailure) { try inner.wakeOthers() }
}
