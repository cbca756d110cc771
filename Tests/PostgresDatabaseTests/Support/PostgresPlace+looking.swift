import GatewayTesting

extension PostgresPlace {
    /// The names of its tables, with commas.
    func tables() async throws -> String? {
        try await run("SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_stat_user_tables")
    }

    /// As the superuser, past the driver.
    /// - Returns: the first column of the first row.
    @discardableResult
    func run(_ sql: String) async throws -> String? { try await session().run(sql) }

    func session() -> AdministratorSession {
        AdministratorSession("host=\(server.folder) port=\(server.port) user=postgres dbname=\(name)")
    }
}
