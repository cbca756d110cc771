import SQLDatabase

/// A connection on which some statements are not what they should be.
struct Tampered: SQLConnection {
    typealias Execute = @Sendable (any SQLConnection, String, [SQLValue]) throws(SQLFailure) -> Int
    typealias Query = @Sendable (any SQLConnection, String, [SQLValue]) throws(SQLFailure) -> [SQLRow]

    let inner: any SQLConnection
    var onExecute: Execute = { (connection, sql, parameters) throws(SQLFailure) in
        try connection.execute(sql, parameters)
    }
    var onQuery: Query = { (connection, sql, parameters) throws(SQLFailure) in try connection.query(sql, parameters) }

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        try onQuery(inner, sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
        try onExecute(inner, sql, parameters)
    }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try inner.savepoint { (connection) throws(SQLFailure) in
            try body(Tampered(inner: connection, onExecute: onExecute, onQuery: onQuery))
        }
    }

    func storeClock() throws(SQLFailure) -> Int64 { try inner.storeClock() }
    func wakeOthers() throws(SQLFailure) { try inner.wakeOthers() }
}

extension Tampered {
    static func executing(_ onExecute: @escaping Execute) -> @Sendable (any SQLConnection) -> any SQLConnection {
        { Tampered(inner: $0, onExecute: onExecute) }
    }

    static func querying(_ onQuery: @escaping Query) -> @Sendable (any SQLConnection) -> any SQLConnection {
        { Tampered(inner: $0, onQuery: onQuery) }
    }

    /// Every budget has room for everything.
    static func withoutLimits(_ connection: any SQLConnection) -> any SQLConnection {
        querying { (connection, sql, parameters) throws(SQLFailure) in
            var parameters = parameters
            if sql.contains("captured_micro_usd + held_micro_usd + $5 <= $6") { parameters[5] = .integer(.max) }
            return try connection.query(sql, parameters)
        }(connection)
    }
}
