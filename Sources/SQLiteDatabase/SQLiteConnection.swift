import GRDB
import GRDBSQLite
import SQLDatabase

/// The statements of one transaction on a GRDB connection.
struct SQLiteConnection: SQLConnection {
    let database: Database
    let statements: ReadyStatements
    let faults: FaultLatch
    var bell = Bell()
    /// How many savepoints are open around the statements.
    var depth = 0

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        try catching { try rows(of: try statement(sql, parameters), parameters) }
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
        try catching {
            let statement = try statement(sql, parameters)
            // Asked straight from SQLite, as GRDB looks each time whether it is on its queue.
            let connection = sqlite3_db_handle(statement.sqliteStatement)
            let changesBefore = sqlite3_total_changes(connection)
            try statement.run(parameters) { _ in }
            // `sqlite3_changes` keeps the figure of an earlier statement when this one cannot change rows.
            return sqlite3_total_changes(connection) == changesBefore ? 0 : Int(sqlite3_changes(connection))
        }
    }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try checkTransaction()
        let name = "level_\(depth)"
        var inner = self
        inner.depth += 1
        try run("SAVEPOINT \(name)")
        let end: TransactionEnd<Value>
        do throws(SQLFailure) {
            end = try body(inner)
        } catch {
            try undo(name)
            throw error
        }
        switch end {
        case .commit(let value):
            try run("RELEASE \(name)")
            return value
        case .rollback(let value):
            try undo(name)
            return value
        }
    }

    func storeClock() throws(SQLFailure) -> Int64 {
        let now = "SELECT CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER) AS now_us"
        guard let row = try row(now) else { throw .unexpectedRow("SQLite told no time") }
        return try row.integer("now_us")
    }

    /// No other process has this store open: those who listen in this one are meant.
    func wakeOthers() throws(SQLFailure) { bell.isRung = true }

    /// One of the engine's own statements.
    func run(_ sql: String) throws(SQLFailure) {
        try catching { try database.cachedStatement(sql: sql).execute() }
    }

    private func undo(_ name: String) throws(SQLFailure) {
        // Nothing is left to undo when SQLite has done it already.
        guard database.isInsideTransaction else { return }
        try run("ROLLBACK TO \(name)")
        try run("RELEASE \(name)")
    }

    /// After some faults SQLite has rolled everything back by itself. A body that caught the failure must not go on:
    /// outside a transaction each of its statements would be committed alone.
    private func checkTransaction() throws(SQLFailure) {
        guard sqlite3_get_autocommit(database.sqliteConnection) == 0 else {
            throw .unavailable(reason: "SQLite has rolled the transaction back")
        }
    }

    private func statement(_ sql: String, _ parameters: [SQLValue]) throws -> Statement {
        try checkTransaction()
        let ready = try statements.ready(sql, on: database)
        try ready.portable.check(parameters)
        return ready.statement
    }

    private func rows(of statement: Statement, _ parameters: [SQLValue]) throws -> [SQLRow] {
        let columns = SQLColumns(statement.columnNames)
        let indices = 0..<CInt(statement.columnCount)
        var rows: [SQLRow] = []
        try statement.run(parameters) { row in
            rows.append(SQLRow(columns: columns, values: try indices.map { try SQLValue(row, column: $0) }))
        }
        return rows
    }

    private func catching<Value>(_ body: () throws -> Value) throws(SQLFailure) -> Value {
        do {
            return try body()
        } catch {
            let failure = SQLFailure(error)
            faults.note(failure)
            throw failure
        }
    }
}
