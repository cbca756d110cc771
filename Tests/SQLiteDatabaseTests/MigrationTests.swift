import SQLDatabase
import Testing

@testable import SQLiteDatabase

@Suite("A migration") struct MigrationTests {
    @Test("falls into its statements at semicolons that end a line")
    func statements() {
        let migration = Migration(
            number: 1, name: "x",
            sql:
                "-- first; one\nCREATE TABLE a (b TEXT DEFAULT ';\n');\n\n INSERT INTO a VALUES (';'); -- why\r\nDROP TABLE a ;\n-- end\n"
        )
        #expect(
            migration.statements == [
                "-- first; one\nCREATE TABLE a (b TEXT DEFAULT ';\n')", "INSERT INTO a VALUES (';')",
                "-- why\r\nDROP TABLE a",
            ])
    }

    @Test("keeps semicolons inside a line, as in the body of a trigger")
    func trigger() {
        let trigger = "CREATE TRIGGER a BEFORE DELETE ON b BEGIN SELECT RAISE(ABORT, 'no'); END"
        #expect(Migration(number: 1, name: "x", sql: trigger + ";\n").statements == [trigger])
    }

    @Test("has the fingerprint that other tools compute")
    func fingerprint() {
        #expect(
            Migration(number: 1, name: "x", sql: "abc").sha256
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}

@Suite("The vocabulary of migrations, read as SQLite") struct SQLiteDialectTests {
    static let translations: [(String, String)] = [
        ("CREATE TABLE a (b BIGINT, c BYTEA, d TEXT)", "CREATE TABLE a (b INTEGER, c BLOB, d TEXT) STRICT"),
        ("create table a (b bigint)", "create table a (b INTEGER) STRICT"),
        (
            "CREATE TABLE a (id BIGINT GENERATED  ALWAYS\nAS IDENTITY PRIMARY KEY, b TEXT)",
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT) STRICT"
        ),
        ("CREATE TABLE a (b TEXT) -- c", "CREATE TABLE a (b TEXT) STRICT -- c"),
        ("CREATE TABLE a (bigints TEXT, my_bytea BIGINT)", "CREATE TABLE a (bigints TEXT, my_bytea INTEGER) STRICT"),
        (
            "CREATE TABLE a (\"BIGINT\" TEXT DEFAULT 'BYTEA' /* BIGINT */)",
            "CREATE TABLE a (\"BIGINT\" TEXT DEFAULT 'BYTEA' /* BIGINT */) STRICT"
        ),
        ("ALTER TABLE a ADD COLUMN b BYTEA", "ALTER TABLE a ADD COLUMN b BLOB"),
        ("CREATE INDEX i ON a (b)", "CREATE INDEX i ON a (b)"),
        ("INSERT INTO a VALUES ('BIGINT')", "INSERT INTO a VALUES ('BIGINT')"),
    ]

    @Test("changes types and identity columns, and nothing else", arguments: translations)
    func translates(portable: String, sqlite: String) throws {
        #expect(try SQLiteDialect.translate(portable) == sqlite)
    }

    @Test(
        "refuses what SQLite would take in another sense",
        arguments: [
            "CREATE TABLE a (b INTEGER)", "CREATE TABLE a (b real)", "CREATE TABLE a (b BLOB)",
            "CREATE TABLE a (b ANY)",
            "CREATE TABLE a (b BIGINT REFERENCES c (d) DEFERRABLE INITIALLY DEFERRED)", "CREATE TABLE a AS SELECT 1",
            "CREATE TABLE a (b BIGINT) WITHOUT ROWID",
        ])
    func refuses(portable: String) {
        #expect(throws: SQLFailure.self) { try SQLiteDialect.translate(portable) }
    }

    @Test(
        "leaves it to a STRICT table to refuse other engines' types",
        arguments: ["VARCHAR(3)", "SERIAL", "NUMERIC", "JSONB"])
    func strictRefuses(type: String) async throws {
        let database = try SQLiteDatabase.inMemory()
        await #expect(throws: SQLFailure.self) {
            try await database.migrate([Migration(number: 1, name: "x", sql: "CREATE TABLE a (b \(type));")])
        }
        await database.close()
    }
}

@Suite("What a store still lacks") struct MigrationPlanTests {
    static let known = [1, 2, 3].map { Migration(number: $0, name: "step \($0)", sql: "SELECT \($0)") }

    @Test("is what comes after its last step", arguments: 0...3)
    func rest(applied: Int) throws {
        let missing = try MigrationPlan.missing(
            from: Self.known, after: Self.known.prefix(applied).map(MigrationPlan.Applied.init))
        #expect(missing == Array(Self.known.dropFirst(applied)))
    }

    @Test("is not decided over a gap")
    func gap() {
        #expect(throws: SQLFailure.unexpectedRow("the store lacks migration 2 but has 3")) {
            try MigrationPlan.missing(
                from: Self.known, after: [Self.known[0], Self.known[2]].map(MigrationPlan.Applied.init))
        }
    }

    @Test("is not decided from nonsense in the store", arguments: [[0], [-1, 0, 1], [2], [1, 1]])
    func nonsense(numbers: [Int]) {
        let applied = numbers.map { Migration(number: $0, name: "step \($0)", sql: "SELECT \($0)") }
        #expect(throws: SQLFailure.self) {
            try MigrationPlan.missing(from: Self.known, after: applied.map(MigrationPlan.Applied.init))
        }
    }

    @Test("is not decided for a newer store")
    func newer() {
        #expect(throws: SQLFailure.schemaTooNew(found: 3, known: 2)) {
            try MigrationPlan.missing(
                from: Array(Self.known.prefix(2)), after: Self.known.map(MigrationPlan.Applied.init))
        }
    }
}
