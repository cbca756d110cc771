package import SQLDatabase

/// Teams, tokens, budgets, jobs, money and audit records, in SQL that both engines understand.
///
/// One file per noun extends this type. Every method is one transaction (or one consistent read) and takes its `now`
/// from the caller, so a transaction has one instant.
package struct GatewayStore: Sendable {
    let database: any SQLDatabase

    package init(_ database: any SQLDatabase) { self.database = database }

    /// Brings the schema up to date.
    package func migrate() async throws(SQLFailure) { try await database.migrate(Schema.migrations) }

    /// Wakes when another process may have changed something; see ``changes(after:limit:)``.
    package func wakeUps() -> AsyncStream<Void> { database.wakeUps() }

    package func close() async { await database.close() }
}
