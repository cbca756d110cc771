import GatewayTesting
import SQLDatabase
import Testing

@testable import PostgresDatabase

@Suite("The vocabulary of migrations, read as PostgreSQL") struct PostgresDialectTests {
    static let translations: [(String, String)] = [
        ("CREATE TABLE a (b BIGINT, c BYTEA)", "CREATE TABLE a (b BIGINT, c BYTEA)"),
        ("CREATE TABLE a (b TEXT NOT NULL)", "CREATE TABLE a (b TEXT COLLATE \"C\" NOT NULL)"),
        ("create table a (b text, text text)", "create table a (b text COLLATE \"C\", text text COLLATE \"C\")"),
        (
            "CREATE TABLE a (text TEXT, PRIMARY KEY (text), CONSTRAINT text CHECK (text <> '' AND text > CAST(1 AS TEXT)))",
            "CREATE TABLE a (text TEXT COLLATE \"C\", PRIMARY KEY (text), CONSTRAINT text CHECK (text <> '' AND text > CAST(1 AS TEXT)))"
        ),
        (
            "CREATE TABLE a (\"TEXT\" TEXT DEFAULT 'TEXT') -- TEXT",
            "CREATE TABLE a (\"TEXT\" TEXT COLLATE \"C\" DEFAULT 'TEXT') -- TEXT"
        ),
        ("ALTER TABLE a ADD COLUMN text TEXT", "ALTER TABLE a ADD COLUMN text TEXT COLLATE \"C\""),
        (
            "ALTER TABLE a ADD COLUMN IF NOT EXISTS b TEXT",
            "ALTER TABLE a ADD COLUMN IF NOT EXISTS b TEXT COLLATE \"C\""
        ),
        ("ALTER TABLE a ADD b TEXT", "ALTER TABLE a ADD b TEXT COLLATE \"C\""),
        ("CREATE INDEX i ON a (text)", "CREATE INDEX i ON a (text)"),
        ("UPDATE a SET b = CAST(c AS TEXT)", "UPDATE a SET b = CAST(c AS TEXT)"),
    ]

    @Test("makes columns of text sort by their bytes, and changes nothing else", arguments: translations)
    func translates(portable: String, postgres: String) throws {
        #expect(try PostgresDialect.translate(portable) == postgres)
    }

    @Test(
        "refuses the same words as the other engine",
        arguments: ["INTEGER", "real", "BLOB", "ANY", "BIGINT REFERENCES c (d) DEFERRABLE INITIALLY DEFERRED"])
    func refuses(type: String) {
        #expect(throws: SQLFailure.self) { try PostgresDialect.translate("CREATE TABLE a (b \(type))") }
    }

    @Test("sorts text as the other engine does, whatever the language of the database")
    func sorts() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            for text in ["b", "a", "B", "_", "Ä", "ab", "a b"] { try await database.addNote(text) }
            let texts = try await database.read { connection throws(SQLFailure) in
                try connection.query("SELECT text FROM note ORDER BY text").map { row throws(SQLFailure) in
                    try row.text("text")
                }
            }
            #expect(texts == ["B", "_", "a", "a b", "ab", "b", "Ä"])
            // The test's own database sorts so by itself; the column must not depend on that.
            let rule = "SELECT collation_name FROM information_schema.columns WHERE column_name = 'text'"
            #expect(try await place.run(rule) == "C")
            await database.close()
        }
    }
}
