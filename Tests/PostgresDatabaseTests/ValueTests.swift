import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("A value from PostgreSQL") struct ValueTests {
    @Test(
        "that is a whole number is exact, whatever its width",
        arguments: [
            ("CAST(-32768 AS SMALLINT)", -32_768), ("CAST(2147483647 AS INTEGER)", 2_147_483_647),
            ("CAST(-1 AS INTEGER)", -1), ("CAST(-9223372036854775808 AS BIGINT)", Int64.min), ("1 = 1", 1),
            ("1 = 2", 0),
        ])
    func integers(expression: String, value: Int64) async throws {
        #expect(try await read(expression) == .integer(value))
    }

    @Test(
        "that may have a fraction is refused, even when it has none",
        arguments: [
            "CAST(1 AS NUMERIC)", "CAST(1 AS REAL)", "CAST(1 AS DOUBLE PRECISION)", "SUM(CAST(1 AS BIGINT))",
            "CAST(NULL AS NUMERIC)",
        ])
    func fractions(expression: String) async throws {
        await #expect(throws: SQLFailure.fraction(column: 0)) { try await read(expression) }
    }

    @Test(
        "of a type that is none of ours is refused by its number",
        arguments: [("clock_timestamp()", 1184), ("CAST('{}' AS JSONB)", 3802), ("ARRAY[1]", 1007)])
    func foreign(expression: String, number: Int) async throws {
        let failure = SQLFailure.statement(
            reason: "column 0 is of a type that is none of ours (number \(number))")
        await #expect(throws: failure) { try await read(expression) }
    }

    @Test("given for a parameter must be of its kind, and fit")
    func parameters() async throws {
        let wrong: [(String, SQLValue, String)] = [
            ("CAST($1 AS BIGINT)", "1", "$1 is text, but stands where an integer is wanted"),
            ("CAST($1 AS TEXT)", 1, "$1 is an integer, but stands where text is wanted"),
            ("CAST($1 AS TEXT)", .blob([1]), "$1 is a blob, but stands where text is wanted"),
            ("CAST($1 AS BYTEA)", "1", "$1 is text, but stands where a blob is wanted"),
            ("CAST($1 AS SMALLINT)", 40_000, "$1 does not fit into 2 bytes"),
            ("CAST($1 AS BOOLEAN)", 2, "$1 is an integer, but stands where 0 or 1 is wanted"),
            ("CAST($1 AS NUMERIC) = 1", 1, "$1 is an integer, but stands where a fraction is wanted"),
        ]
        for (expression, value, reason) in wrong {
            await #expect(throws: SQLFailure.statement(reason: reason)) { try await read(expression, [value]) }
        }
        #expect(try await read("CAST($1 AS SMALLINT)", [-32_768]) == -32_768)
        #expect(try await read("CAST($1 AS INTEGER)", [-1]) == -1)
        #expect(try await read("CAST($1 AS BOOLEAN)", [1]) == 1)
        #expect(try await read("CAST($1 AS BIGINT)", [.null]) == .null)
    }

    @Test("that was refused on our side leaves the transaction as it was")
    func refusedHere() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            try await database.write { connection throws(SQLFailure) in
                try connection.execute("INSERT INTO note (text) VALUES ($1)", ["kept"])
                _ = try? connection.execute("INSERT INTO note (text) VALUES ($1)", [1])
                _ = try? connection.execute("COMMIT")
                return .commit(())
            }
            try await database.expectNotes(1)
            await database.close()
        }
    }

    @Test("of many megabytes comes back whole")
    func large() async throws {
        let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await read("CAST($1 AS BYTEA)", [.blob(bytes)]) == .blob(bytes))
    }

    private func read(_ expression: String, _ parameters: [SQLValue] = []) async throws -> SQLValue? {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.connectionsMax = 1 }
            let result: Result<SQLValue?, any Error>
            do {
                let row = try await database.read { connection throws(SQLFailure) in
                    try connection.row("SELECT \(expression) AS value", parameters)
                }
                result = .success(try row?.value("value"))
            } catch {
                result = .failure(error)
            }
            await database.close()
            return try result.get()
        }
    }
}
