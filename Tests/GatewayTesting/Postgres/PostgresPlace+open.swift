package import PostgresDatabase

extension PostgresPlace {
    /// The database as a store.
    package func open(
        _ adjust: (inout PostgresSettings) -> Void = { _ in }
    ) async throws(PostgresOpenFailure) -> PostgresDatabase {
        try await open(url: url, adjust)
    }

    /// - url: another way to the same database.
    package func open(
        url: String, _ adjust: (inout PostgresSettings) -> Void = { _ in }
    ) async throws(PostgresOpenFailure) -> PostgresDatabase {
        var settings = PostgresSettings(onBroken: { _ in })
        adjust(&settings)
        return try await PostgresDatabase.open(url: url, settings: settings)
    }
}
