import SQLDatabase

extension DatabaseContract {
    static let migrationRules = [
        Rule("migrations are applied once, in order") { database in
            try await database.addAccount("rent")
            try await database.migrate(schema + [colours, shades])
            try await database.migrate(schema + [colours, shades])
            try expect(try await database.accountNames(), ["rent"], "what was there before")
            try expect(try await database.appliedMigrations(), ["1 accounts", "2 colours", "3 shades"], "the list")
            try expect(try await database.shadeNames(), ["dark red; BIGINT"], "what the migrations inserted")
        },
        Rule("a store from a newer release is refused") { database in
            try await database.migrate(schema + [colours, shades])
            let failure = try await failure("the older release") { try await database.migrate(schema) }
            try expect(failure, .schemaTooNew(found: 3, known: 1), "the failure")
        },
        Rule("a migration that was edited or renamed after the fact is refused") { database in
            try await database.migrate(schema + [colours])
            for change in [\Migration.name, \Migration.sql] {
                var edited = colours
                edited[keyPath: change] += " "
                _ = try await failure("the edited migration") { try await database.migrate(schema + [edited]) }
            }
            try await database.migrate(schema + [colours])
        },
        Rule("a migration that fails leaves what came before and nothing of itself") { database in
            let bad = Migration(
                number: 3, name: "bad", sql: "CREATE TABLE half (id BIGINT);\nINSERT INTO nowhere VALUES (1);")
            _ = try await failure("the bad migration") { try await database.migrate(schema + [colours, bad]) }
            try expect(try await database.appliedMigrations(), ["1 accounts", "2 colours"], "the list")
            _ = try await failure("reading the half-made table") {
                _ = try await database.read { connection throws(SQLFailure) in
                    try connection.query("SELECT id FROM half")
                }
            }
            try await database.migrate(schema + [colours, shades])
        },
        Rule("migrating from several sides at once applies each migration once") { database in
            try await withThrowingTaskGroup { tasks in
                for _ in 1...8 { tasks.addTask { try await database.migrate(schema + [colours, shades]) } }
                try await tasks.waitForAll()
            }
            try expect(try await database.appliedMigrations(), ["1 accounts", "2 colours", "3 shades"], "the list")
            try expect(try await database.shadeNames(), ["dark red; BIGINT"], "what the migrations inserted")
        },
        Rule("a list of migrations with a gap is refused before anything is done") { database in
            _ = try await failure("the gap") { try await database.migrate(schema + [shades]) }
            try expect(try await database.appliedMigrations(), ["1 accounts"], "the list")
        },
    ]

    private static let colours = Migration(
        number: 2, name: "colours", sql: "CREATE TABLE colour (name TEXT PRIMARY KEY, code BYTEA);")

    private static let shades = Migration(
        number: 3, name: "shades",
        sql: """
            ALTER TABLE colour ADD COLUMN shade BIGINT NOT NULL DEFAULT 1;
            INSERT INTO colour (name, shade) VALUES ('dark red; BIGINT', 2);  -- a remark; here
            CREATE INDEX colour_shade ON colour (shade)
            """)
}

extension SQLDatabase {
    fileprivate func appliedMigrations() async throws -> [String] {
        let applied = try await read { connection throws(SQLFailure) in try MigrationPlan.applied(in: connection) }
        return applied.map { "\($0.number) \($0.name)" }
    }

    fileprivate func shadeNames() async throws -> [String] {
        let rows = try await read { connection throws(SQLFailure) in
            try connection.query("SELECT name FROM colour WHERE shade = 2")
        }
        return try rows.map { try $0.text("name") }
    }
}
