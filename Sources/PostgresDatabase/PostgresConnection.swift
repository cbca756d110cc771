import SQLDatabase

/// The statements of one transaction.
struct PostgresConnection: SQLConnection {
    let transaction: OpenTransaction
    /// How many savepoints are open around the statements.
    var depth = 0

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        let (statement, reply) = try run(sql, parameters)
        let columns = 0..<reply.columnCount
        var rows: [SQLRow] = []
        rows.reserveCapacity(reply.rowCount)
        for row in 0..<reply.rowCount {
            var values: [SQLValue] = []
            for column in columns {
                values.append(
                    try SQLValue(
                        reply.bytes(row: row, column: column), as: statement.columnTypes[column], column: column))
            }
            rows.append(SQLRow(columns: statement.columns, values: values))
        }
        return rows
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
        try run(sql, parameters).reply.changedRows
    }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try transaction.checkUsable()
        let name = "level_\(depth)"
        var inner = self
        inner.depth += 1
        transaction.open(name)
        let end: TransactionEnd<Value>
        do throws(SQLFailure) {
            end = try body(inner)
        } catch {
            transaction.undo(name)
            throw error
        }
        switch (end, transaction.trouble) {
        case (.rollback(let value), .failed), (.rollback(let value), nil):
            transaction.undo(name)
            return value
        case (.commit(let value), nil):
            transaction.keep(name)
            return value
        case (_, let trouble?):
            // The body has caught the failure and went on, which the server does not.
            transaction.undo(name)
            throw trouble.failure
        }
    }

    func storeClock() throws(SQLFailure) -> Int64 {
        let now = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now_us"
        guard let row = try row(now) else { throw .unexpectedRow("PostgreSQL told no time") }
        return try row.integer("now_us")
    }

    func wakeOthers() throws(SQLFailure) {
        try transaction.checkUsable()
        transaction.announce()
    }

    private func run(
        _ sql: String, _ values: [SQLValue]
    ) throws(SQLFailure) -> (statement: PreparedStatement, reply: Reply) {
        try transaction.checkUsable()
        let kept = transaction.session.statements[sql]
        let statement = if let kept { kept } else { try prepare(sql) }
        let request = Request.execute(name: statement.name, try statement.parameters(values))
        let replies = try transaction.exchange([request], for: sql, isKept: kept != nil)
        return (statement, replies[0])
    }

    private func prepare(_ sql: String) throws(SQLFailure) -> PreparedStatement {
        let portable = try PortableStatement(sql)
        let name = transaction.terms.keepsStatements ? transaction.session.statements.newName() : ""
        let replies = try transaction.exchange([.prepare(name: name, sql: sql), .describe(name: name)], for: sql)
        let statement = PreparedStatement(name: name, portable: portable, description: replies[1])
        transaction.session.statements.keep(statement, for: sql)
        return statement
    }
}
