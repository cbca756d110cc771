import SQLDatabase

extension DatabaseContract {
    static let statementRules = [
        Rule("parameters go by their number, in any order and more than once") { database in
            let row = try await database.read { connection throws(SQLFailure) in
                try connection.row(
                    """
                    SELECT CAST($3 AS BIGINT) AS third, CAST($1 AS BIGINT) AS first, CAST($2 AS BIGINT) AS second,
                        CAST($1 AS BIGINT) + CAST($1 AS BIGINT) AS twice
                    """, [10, 20, 30])
            }
            try expect(try row?.integer("first"), 10, "$1")
            try expect(try row?.integer("second"), 20, "$2")
            try expect(try row?.integer("third"), 30, "$3")
            try expect(try row?.integer("twice"), 20, "$1 + $1")
        },
        Rule("ten parameters and more keep their places") { database in
            let sum = (1...12).map { "CAST($\($0) AS BIGINT) * \($0)" }.reversed().joined(separator: " + ")
            let row = try await database.read { connection throws(SQLFailure) in
                try connection.row("SELECT \(sum) AS sum", (1...12).map { .integer($0) })
            }
            try expect(try row?.integer("sum"), 650, "the sum of squares")
        },
        Rule("a dollar in quotes or comments is no parameter") { database in
            let row = try await database.read { connection throws(SQLFailure) in
                try connection.row(
                    """
                    SELECT 'it''s $2' AS "a $3 name", -- $4
                        CAST($1 AS TEXT) /* $5 */ AS given
                    """, ["x"])
            }
            try expect(try row?.text("a $3 name"), "it's $2", "the quoted text")
            try expect(try row?.text("given"), "x", "$1")
        },
        Rule("too few or too many values are refused") { database in
            for values: [SQLValue] in [[], [1], [1, 2, 3]] {
                _ = try await failure("\(values.count) values for two parameters") {
                    _ = try await database.read { connection throws(SQLFailure) in
                        try connection.query("SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT)", values)
                    }
                }
            }
        },
        Rule("one call is one statement") { database in
            _ = try await failure("two statements") {
                try await database.run("DELETE FROM entry; DELETE FROM account")
            }
        },
        Rule("a statement that makes no sense is the statement's fault") { database in
            let failure = try await failure("nonsense") {
                _ = try await database.read { connection throws(SQLFailure) in try connection.query("SELEKT 1") }
            }
            try expect(failure.isStatement, true, "\(failure) is .statement")
        },
        Rule("execute tells how many rows it changed") { database in
            let counts = try await database.write { connection throws(SQLFailure) in
                var counts: [Int] = []
                counts.append(
                    try connection.execute("INSERT INTO account (name) VALUES ('a'), ('b'), ('c')"))
                counts.append(try connection.execute("UPDATE account SET amount = 1 WHERE name <> 'a'"))
                counts.append(try connection.execute("UPDATE account SET amount = 2 WHERE name = 'nobody'"))
                counts.append(try connection.execute("INSERT INTO account (name) VALUES ('a') ON CONFLICT DO NOTHING"))
                counts.append(try connection.execute("DELETE FROM account WHERE name = 'a'"))
                return .commit(counts)
            }
            try expect(counts, [3, 2, 0, 0, 1], "the counts")
        },
        Rule("rows come in the order asked for, all of them") { database in
            let numbers = try await database.write { connection throws(SQLFailure) in
                let account = try connection.addAccount("many")
                for number in 1...3_000 as ClosedRange<Int64> {
                    try connection.execute(
                        "INSERT INTO entry (account, number) VALUES ($1, $2)", [.integer(account), .integer(number)])
                }
                var numbers: [Int64] = []
                for row in try connection.query("SELECT number FROM entry ORDER BY number DESC") {
                    numbers.append(try row.integer("number"))
                }
                return .commit(numbers)
            }
            try expect(numbers, (1...3_000).reversed(), "the numbers")
        },
        Rule("INSERT … ON CONFLICT … DO UPDATE … RETURNING gives the row as it is now") { database in
            let upsert = """
                INSERT INTO account (name, amount) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET amount = account.amount + excluded.amount RETURNING id, amount
                """
            let rows = try await database.write { connection throws(SQLFailure) in
                .commit([try connection.row(upsert, ["rent", 5]), try connection.row(upsert, ["rent", 6])])
            }
            try expect(try rows.map { try $0?.integer("amount") }, [5, 11], "the amounts")
            try expect(try rows[0]?.integer("id"), try rows[1]?.integer("id"), "the id")
        },
        Rule("UPDATE … WHERE … RETURNING gives no row when the condition fails") { database in
            try await database.addAccount("budget", amount: 90)
            let take = """
                UPDATE account SET amount = amount + $2 WHERE name = $1 AND amount + $2 <= 100 RETURNING amount
                """
            let rows = try await database.write { connection throws(SQLFailure) in
                .commit([try connection.row(take, ["budget", 10]), try connection.row(take, ["budget", 1])])
            }
            try expect(try rows.map { try $0?.integer("amount") }, [100, nil], "the amounts")
        },
    ]
}
