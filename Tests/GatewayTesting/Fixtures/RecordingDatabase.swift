package import SQLDatabase
import Synchronization

/// Passes everything on to another engine and remembers each statement that was run, so that a test can look at what the
/// store asks of an engine.
package final class RecordingDatabase: SQLDatabase {
    package struct Statement: Sendable {
        package let sql: String
        package let parameters: [SQLValue]
    }

    private let engine: any SQLDatabase
    private let recorded = Mutex<[Statement]>([])

    package init(_ engine: any SQLDatabase) { self.engine = engine }

    /// What has run since the last call, in order.
    package func takeStatements() -> [Statement] {
        recorded.withLock { statements in
            defer { statements = [] }
            return statements
        }
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try await engine.read { [self] (connection) throws(SQLFailure) in
            try body(RecordingConnection(connection: connection, note: note))
        }
    }

    package func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try await engine.write(urgency: urgency) { [self] (connection) throws(SQLFailure) in
            try body(RecordingConnection(connection: connection, note: note))
        }
    }

    package func migrate(_ migrations: [Migration]) async throws(SQLFailure) { try await engine.migrate(migrations) }
    package func wakeUps() -> AsyncStream<Void> { engine.wakeUps() }
    package func close() async { await engine.close() }
    package var isShared: Bool { engine.isShared }

    private func note(_ sql: String, _ parameters: [SQLValue]) {
        recorded.withLock { $0.append(Statement(sql: sql, parameters: parameters)) }
    }
}

private struct RecordingConnection: SQLConnection {
    let connection: any SQLConnection
    let note: (String, [SQLValue]) -> Void

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        note(sql, parameters)
        return try connection.query(sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
        note(sql, parameters)
        return try connection.execute(sql, parameters)
    }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try connection.savepoint { (inner) throws(SQLFailure) in
            try body(RecordingConnection(connection: inner, note: note))
        }
    }

    func storeClock() throws(SQLFailure) -> Int64 { try connection.storeClock() }
    func wakeOthers() throws(SQLFailure) { try connection.wakeOthers() }
}
