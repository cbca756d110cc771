import SQLDatabase

extension DatabaseContract {
    static let transactionRules = [
        Rule("a committed write is seen by the next read") { database in
            try await database.addAccount("rent", amount: 7)
            try expect(try await database.amount(of: "rent"), 7, "the amount")
        },
        Rule("a rolled back write leaves nothing but its value") { database in
            let value = try await database.write { connection throws(SQLFailure) in
                try connection.addAccount("rent")
                return .rollback("no")
            }
            try expect(value, "no", "the value")
            try expect(try await database.accountNames(), [], "what was kept")
        },
        Rule("a write that throws leaves nothing and throws the same") { database in
            let failure = try await failure("the write") {
                try await database.write { connection throws(SQLFailure) -> TransactionEnd<Void> in
                    try connection.addAccount("rent")
                    throw .unexpectedRow("mine")
                }
            }
            try expect(failure, .unexpectedRow("mine"), "the failure")
            try expect(try await database.accountNames(), [], "what was kept")
        },
        Rule("a write sees what it has written itself") { database in
            let amount = try await database.write { connection throws(SQLFailure) in
                try connection.addAccount("rent", amount: 7)
                try connection.increase("rent", by: 3)
                return .commit(try connection.amount(of: "rent"))
            }
            try expect(amount, 10, "the amount")
        },
        Rule("a read cannot write") { database in
            _ = try await failure("writing in a read") {
                _ = try await database.read { connection throws(SQLFailure) in try connection.addAccount("rent") }
            }
            try expect(try await database.accountNames(), [], "what was kept")
        },
        Rule("a transaction cannot be ended from inside") { database in
            for verb in ["COMMIT", "ROLLBACK", " end", "-- x\nBEGIN", "RELEASE a", "SAVEPOINT a"] {
                let failure = try await failure(verb) {
                    try await database.write { connection throws(SQLFailure) in
                        try connection.addAccount("rent")
                        try connection.execute(verb)
                        return .commit(())
                    }
                }
                try expect(failure.isStatement, true, "\(verb) refused as a statement (\(failure))")
            }
            try expect(try await database.accountNames(), [], "what was kept")
        },
        Rule("a settlement is a write like any other") { database in
            let id = try await database.write(urgency: .settlement) { connection throws(SQLFailure) in
                .commit(try connection.addAccount("rent", amount: 7))
            }
            try expect(id, 1, "the id")
            try expect(try await database.amount(of: "rent"), 7, "the amount")
        },
    ]

    static let savepointRules = [
        Rule("a savepoint rolled back undoes its own statements only") { database in
            try await database.write { connection throws(SQLFailure) in
                try connection.addAccount("before")
                let value = try connection.savepoint { inner throws(SQLFailure) in
                    try inner.addAccount("inside")
                    return .rollback(5)
                }
                try connection.addAccount("after \(value)")
                return .commit(())
            }
            try expect(try await database.accountNames(), ["after 5", "before"], "what was kept")
        },
        Rule("savepoints nest") { database in
            try await database.write { connection throws(SQLFailure) in
                try connection.savepoint { first throws(SQLFailure) in
                    try first.addAccount("first")
                    try first.savepoint { second throws(SQLFailure) in
                        try second.addAccount("second")
                        _ = try second.savepoint { third throws(SQLFailure) in .commit(try third.addAccount("third")) }
                        return .rollback(())
                    }
                    _ = try first.savepoint { second throws(SQLFailure) in .commit(try second.addAccount("fourth")) }
                    return .commit(())
                }
                return .commit(())
            }
            try expect(try await database.accountNames(), ["first", "fourth"], "what was kept")
        },
        Rule("a kept savepoint goes with its rolled back transaction") { database in
            try await database.write { connection throws(SQLFailure) in
                _ = try connection.savepoint { inner throws(SQLFailure) in .commit(try inner.addAccount("inside")) }
                return .rollback(())
            }
            try expect(try await database.accountNames(), [], "what was kept")
        },
        Rule("after a failed statement in a savepoint the transaction goes on") { database in
            try await database.write { connection throws(SQLFailure) in
                try connection.addAccount("rent")
                do throws(SQLFailure) {
                    try connection.savepoint { inner throws(SQLFailure) in
                        try inner.addAccount("inside")
                        try inner.addAccount("rent")
                        return .commit(())
                    }
                } catch {
                    guard error.isConstraint else { throw error }
                }
                try connection.addAccount("after")
                return .commit(())
            }
            try expect(try await database.accountNames(), ["after", "rent"], "what was kept")
        },
    ]
}
