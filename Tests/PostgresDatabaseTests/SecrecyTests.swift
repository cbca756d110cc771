import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("What PostgreSQL says about failures") struct SecrecyTests {
    private static let secret = "canary-5150"

    @Test("never shows what is stored or was given", arguments: statements)
    func data(statement: String) async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.connectionsMax = 1 }
            try await place.run(
                """
                CREATE TABLE safe (text TEXT UNIQUE, number BIGINT CHECK (number < 9), code TEXT NOT NULL);
                INSERT INTO safe VALUES ('\(SecrecyTests.secret)', 1, 'x');
                CREATE FUNCTION complain(text) RETURNS text LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'no %', $1; END $$;
                GRANT ALL ON safe TO gateway
                """)
            let failure = await failure { () throws(SQLFailure) in
                try await database.write { connection throws(SQLFailure) in
                    _ = try connection.query(statement, [.text(SecrecyTests.secret)])
                    return .commit(())
                }
            }
            let words = String(reflecting: failure)
            #expect(failure != nil)
            #expect(!words.contains(SecrecyTests.secret), "\(words)")
            await database.close()
        }
    }

    private static let statements = [
        // Unique, missing and checked values: the server's details quote the row.
        "INSERT INTO safe VALUES ($1, 2, 'x')", "INSERT INTO safe VALUES ($1 || 'x', 2, NULL)",
        "INSERT INTO safe VALUES ($1 || 'x', 10, 'x')",
        // Values that cannot be read as another type: the server's message quotes them.
        "SELECT CAST(CAST($1 AS TEXT) AS BIGINT) AS number",
        "SELECT CAST(text AS BIGINT) AS n FROM safe WHERE text = $1",
        // A message of a function's own.
        "SELECT complain(CAST($1 AS TEXT)) AS answer",
        // Not in the statement's text either: it holds parameters only.
        "SELECT nonsense($1) AS answer",
    ]

    @Test("never shows the password, neither in failures nor in news about connections")
    func password() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let proxy = try CommitProxy(to: place.server.port)
            let news = News()
            let database = try await place.open(url: place.tcpURL(port: proxy.port) + "?sslmode=disable") { settings in
                settings.onConnection = { news.add("\($0)") }
                settings.queueTimeout = .milliseconds(500)
                settings.doubtTimeout = .milliseconds(200)
                settings.connectionsMax = 1
            }
            try await database.makeNotes()
            proxy.refuse(true)
            proxy.play(.loseRequest)
            let failures = [await database.noteFailure(), await database.noteFailure(), await database.countFailure()]
            #expect(failures.allSatisfy { $0 != nil })
            proxy.refuse(false)
            try await eventually { await database.countFailure() == nil }
            let words = news.words + failures.map { String(reflecting: $0) }
            #expect(words.count > 4)
            #expect(words.allSatisfy { !$0.contains(PostgresServer.password) }, "\(words)")
            await database.close()
            proxy.stop()
        }
    }
}
