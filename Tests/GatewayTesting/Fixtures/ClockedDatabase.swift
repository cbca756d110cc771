import GatewayCore
package import SQLDatabase

/// Passes everything on to another engine, but for the store's clock, which the test turns, and for the claim that other
/// processes share the store.
package final class ClockedDatabase: SQLDatabase {
    private let engine: any SQLDatabase
    private let clock: ManualClock

    package init(_ engine: any SQLDatabase, clock: ManualClock) {
        self.engine = engine
        self.clock = clock
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try await engine.read { [clock] (connection) throws(SQLFailure) in
            try body(ClockedConnection(connection: connection, clock: clock))
        }
    }

    package func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try await engine.write(urgency: urgency) { [clock] (connection) throws(SQLFailure) in
            try body(ClockedConnection(connection: connection, clock: clock))
        }
    }

    package func migrate(_ migrations: [Migration]) async throws(SQLFailure) { try await engine.migrate(migrations) }
    package func wakeUps() -> AsyncStream<Void> { engine.wakeUps() }
    package func close() async { await engine.close() }
    package var isShared: Bool { true }
}

private struct ClockedConnection: SQLConnection {
    let connection: any SQLConnection
    let clock: ManualClock

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        try connection.query(sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
        try connection.execute(sql, parameters)
    }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try connection.savepoint { (inner) throws(SQLFailure) in
            try body(ClockedConnection(connection: inner, clock: clock))
        }
    }

    func storeClock() throws(SQLFailure) -> Int64 { clock.date.microseconds }
    func wakeOthers() throws(SQLFailure) { try connection.wakeOthers() }
}
