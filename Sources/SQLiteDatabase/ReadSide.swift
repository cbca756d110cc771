import GRDB
import SQLDatabase

/// Reads on GRDB's own queues: one snapshot each, several at a time on a file, never on a cooperative thread.
struct ReadSide: Sendable {
    let reader: any DatabaseReader
    let texts: StatementTexts

    func run<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        let result: Result<Value, SQLFailure>
        do {
            result = try await reader.read { [texts] database in
                let faults = FaultLatch()
                let connection = SQLiteConnection(
                    database: database, statements: ReadyStatements(texts), faults: faults)
                let result = Result { () throws(SQLFailure) in try body(connection) }
                // A body that caught it has worked on less than the whole truth.
                if let fault = faults.fault { return .failure(fault) }
                return result
            }
        } catch {
            throw SQLFailure(error)
        }
        // GRDB interrupts the statements of a task that is cancelled.
        if case .failure(.unavailable) = result, Task.isCancelled { throw SQLFailure(CancellationError()) }
        return try result.get()
    }
}
