import SQLDatabase

extension DatabaseContract {
    static let valueRules = [
        Rule("64-bit integers come back to the last unit") { database in
            let account = try await database.addAccount("numbers")
            let numbers: [Int64] = [.min, .min + 1, -1, 0, 1, 9_007_199_254_740_993, .max - 1, .max]
            let found = try await database.write { connection throws(SQLFailure) in
                for number in numbers {
                    try connection.execute(
                        "INSERT INTO entry (account, number) VALUES ($1, $2)", [.integer(account), .integer(number)])
                }
                var found: [Int64] = []
                for row in try connection.query("SELECT number FROM entry ORDER BY number") {
                    found.append(try row.integer("number"))
                }
                return .commit(found)
            }
            try expect(found, numbers, "the numbers")
        },
        Rule("a sum beyond 64 bits fails instead of wrapping") { database in
            try await database.addAccount("rich", amount: .max)
            _ = try await failure("the sum") { try await database.increase("rich", by: 1) }
            try expect(try await database.amount(of: "rich"), .max, "the amount")
        },
        Rule("text comes back as it went in") { database in
            let texts = ["", " ", "O'Brien \"x\" $1 ?1 -- ;", "Zürich 東京 🎬\u{301}", "a\nb\r\tc\u{1}\u{7F}", "%_\\"]
            for text in texts {
                try expect(try await database.echo(note: .text(text), data: nil).note, .text(text), "the text")
            }
        },
        Rule("text with U+0000 is refused, not cut") { database in
            let failure = try await failure("text with U+0000") {
                _ = try await database.echo(note: "visible\u{0}hidden", data: nil)
            }
            try expect(failure.isStatement, true, "\(failure) is .statement")
        },
        Rule("blobs come back byte for byte") { database in
            let bytes = (0...255).map { UInt8($0) } + [0, 0]
            try expect(try await database.echo(note: nil, data: .blob(bytes)).data, .blob(bytes), "the blob")
        },
        Rule("an empty blob, an empty text and null are three things") { database in
            let empty = try await database.echo(note: "", data: .blob([]))
            try expect(empty.note, "", "the empty text")
            try expect(empty.data, .blob([]), "the empty blob")
            let null = try await database.echo(note: nil, data: nil)
            try expect(null.note, .null, "the missing text")
            try expect(null.data, .null, "the missing blob")
        },
        Rule("a fraction never comes back as a value") { database in
            _ = try await failure("a fraction") {
                _ = try await database.read { connection throws(SQLFailure) in
                    try connection.query("SELECT CAST('0.1' AS DOUBLE PRECISION) AS amount")
                }
            }
        },
        Rule("a column takes no value of another type") { database in
            let failure = try await failure("text in a number column") {
                try await database.run("INSERT INTO account (name, amount) VALUES ('x', 'much')")
            }
            try expect(failure.isStatement, true, "\(failure) is .statement")
        },
        Rule("identities grow and are never given twice") { database in
            let first = try await database.addAccount("a")
            let second = try await database.addAccount("b")
            try await database.run("DELETE FROM account")
            let third = try await database.addAccount("c")
            try expect(first < second && second < third, true, "the order of \(first), \(second), \(third)")
        },
    ]
}

extension SQLDatabase {
    /// Stores both values in a row of their own and reads them back in another transaction.
    fileprivate func echo(note: SQLValue, data: SQLValue) async throws -> (note: SQLValue, data: SQLValue) {
        try await write { connection throws(SQLFailure) in
            try connection.execute("DELETE FROM entry")
            try connection.execute("INSERT INTO account (name) VALUES ('echo') ON CONFLICT DO NOTHING")
            try connection.execute(
                "INSERT INTO entry (account, number, note, data) SELECT id, 1, $1, $2 FROM account WHERE name = 'echo'",
                [note, data])
            return .commit(())
        }
        let row = try await read { connection throws(SQLFailure) in
            try connection.row("SELECT note, data FROM entry WHERE number = 1")
        }
        guard let row else { throw ContractViolation(description: "the row is gone") }
        return (try row.value("note"), try row.value("data"))
    }
}
