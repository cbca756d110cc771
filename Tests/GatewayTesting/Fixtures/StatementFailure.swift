package import SQLDatabase
import Synchronization

/// Another engine on which one statement fails, as a constraint or a lost connection would make it fail.
package final class StatementFailure: SQLDatabase {
    private let engine: any SQLDatabase
    private let left: Mutex<Int>

    /// - at: how many statements run before the one that fails.
    package init(_ engine: any SQLDatabase, at number: Int) {
        self.engine = engine
        left = Mutex(number)
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try await engine.read(body)
    }

    package func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try await engine.write(urgency: urgency) { [self] (connection) throws(SQLFailure) in
            try body(FailingConnection(connection: connection, countDown: countDown))
        }
    }

    package func migrate(_ migrations: [Migration]) async throws(SQLFailure) { try await engine.migrate(migrations) }
    package func wakeUps() -> AsyncStream<Void> { engine.wakeUps() }
    package func close() async { await engine.close() }
    package var isShared: Bool { engine.isShared }

    private func countDown() throws(SQLFailure) {
        let isDue = left.withLock { left in
            left -= 1
            return left == -1
        }
        if isDue { throw .unavailable(reason: "a failure that the test asked for") }
    }
}

private struct FailingConnection: SQLConnection {
    let connection: any SQLConnection
    let countDown: () throws(SQLFailure) -> Void

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        try countDown()
        return try connection.query(sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
        try countDown()
        return try connection.execute(sql, parameters)
    }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try connection.savepoint { (inner) throws(SQLFailure) in
            try body(FailingConnection(connection: inner, countDown: countDown))
        }
    }

    func storeClock() throws(SQLFailure) -> Int64 { try connection.storeClock() }
    func wakeOthers() throws(SQLFailure) { try connection.wakeOthers() }
}
