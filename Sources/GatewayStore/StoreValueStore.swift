package import SQLDatabase

extension GatewayStore {
    package func value(named name: String) async throws(SQLFailure) -> [UInt8]? {
        try await database.read { (connection) throws(SQLFailure) in
            try connection.row("SELECT value FROM store_value WHERE name = $1", [.text(name)])?.blob("value")
        }
    }

    /// Keeps `value` under `name` if there is none yet.
    /// - Returns: what is stored now, which is the older value when there was one.
    package func keepFirst(_ value: [UInt8], as name: String) async throws(SQLFailure) -> [UInt8] {
        try await database.write { (connection) throws(SQLFailure) in
            try connection.execute(
                "INSERT INTO store_value (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                [.text(name), .blob(value)])
            let stored = try connection.row("SELECT value FROM store_value WHERE name = $1", [.text(name)])
            return .commit(try stored?.blob("value") ?? value)
        }
    }
}
