import SQLDatabase

/// Takes one step of the schema, in one transaction, while no other process takes one.
enum SchemaStep {
    /// - Returns: whether there are more to take.
    static func take(
        from migrations: [Migration], in connection: any SQLConnection
    ) throws(SQLFailure) -> TransactionEnd<Bool> {
        try connection.execute(StoreLock.take)
        try makeTable(in: connection)
        return try MigrationPlan.takeNext(
            of: migrations, in: connection, translate: PostgresDialect.translate)
    }

    // Looked for first: a role that may not make tables can still run on a store that is complete.
    private static func makeTable(in connection: any SQLConnection) throws(SQLFailure) {
        guard try connection.row(search)?.bool("is_there") != true else { return }
        try connection.execute(try PostgresDialect.translate(MigrationPlan.table))
    }

    /// Whether there is the table of steps, as `is_there`.
    static let search = "SELECT to_regclass('schema_migration') IS NOT NULL AS is_there"
}
