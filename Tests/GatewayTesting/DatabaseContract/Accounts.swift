import SQLDatabase

/// The rules' own view of the contract's tables.
extension SQLDatabase {
    /// - Returns: the id of the new account.
    @discardableResult
    func addAccount(_ name: String, amount: Int64 = 0) async throws -> Int64 {
        try await write { connection throws(SQLFailure) in .commit(try connection.addAccount(name, amount: amount)) }
    }

    func amount(of name: String) async throws -> Int64? {
        try await read { connection throws(SQLFailure) in try connection.amount(of: name) }
    }

    /// In alphabetical order.
    func accountNames() async throws -> [String] {
        try await read { connection throws(SQLFailure) in try connection.accountNames() }
    }

    func increase(_ name: String, by amount: Int64) async throws {
        try await write { connection throws(SQLFailure) in .commit(try connection.increase(name, by: amount)) }
    }

    /// Adds 1, worked out here: right only as long as nobody else changes the row in between.
    func readAndIncrease(_ name: String) async throws {
        try await write { connection throws(SQLFailure) in
            let row = try connection.row("SELECT amount FROM account WHERE name = $1 FOR NO KEY UPDATE", [.text(name)])
            guard let row else { return .rollback(()) }
            let increased = try row.integer("amount") + 1
            try connection.execute(
                "UPDATE account SET amount = $2 WHERE name = $1", [.text(name), .integer(increased)])
            return .commit(())
        }
    }

    /// One statement in a transaction of its own.
    func run(_ sql: String, _ parameters: [SQLValue] = []) async throws {
        try await write { connection throws(SQLFailure) in
            try connection.execute(sql, parameters)
            return .commit(())
        }
    }
}

extension SQLConnection {
    @discardableResult
    func addAccount(_ name: String, amount: Int64 = 0) throws(SQLFailure) -> Int64 {
        let row = try row(
            "INSERT INTO account (name, amount) VALUES ($1, $2) RETURNING id", [.text(name), .integer(amount)])
        guard let row else { throw .unexpectedRow("RETURNING gave no row") }
        return try row.integer("id")
    }

    func amount(of name: String) throws(SQLFailure) -> Int64? {
        try row("SELECT amount FROM account WHERE name = $1", [.text(name)])?.integer("amount")
    }

    func accountNames() throws(SQLFailure) -> [String] {
        var names: [String] = []
        for row in try query("SELECT name FROM account ORDER BY name") { names.append(try row.text("name")) }
        return names
    }

    func increase(_ name: String, by amount: Int64) throws(SQLFailure) {
        try execute("UPDATE account SET amount = amount + $2 WHERE name = $1", [.text(name), .integer(amount)])
    }
}
