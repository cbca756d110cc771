import SQLDatabase

extension DatabaseContract {
    static let constraintRules = [
        Rule("a second row with a unique value is refused by name") { database in
            try await database.addAccount("rent")
            let failure = try await failure("the second row") { try await database.addAccount("rent") }
            guard case .constraint(let name) = failure, name.contains("account"), name.contains("name") else {
                throw ContractViolation(description: "\(failure) does not name account and name")
            }
        },
        Rule("a check is enforced and named") { database in
            try await database.addAccount("rent", amount: 5)
            let failure = try await failure("the overdraft") { try await database.increase("rent", by: -6) }
            try expect(failure, .constraint(constraint: "amount_is_not_negative"), "the failure")
            try expect(try await database.amount(of: "rent"), 5, "the amount")
        },
        Rule("a reference to nothing is refused") { database in
            let failure = try await failure("the reference") {
                try await database.run("INSERT INTO entry (account, number) VALUES (404, 1)")
            }
            try expect(failure.isConstraint, true, "\(failure) is .constraint")
        },
        Rule("a row that others refer to cannot go") { database in
            try await database.write { connection throws(SQLFailure) in
                let account = try connection.addAccount("rent")
                try connection.execute("INSERT INTO entry (account, number) VALUES ($1, 1)", [.integer(account)])
                return .commit(())
            }
            let failure = try await failure("deleting it") {
                try await database.run("DELETE FROM account")
            }
            try expect(failure.isConstraint, true, "\(failure) is .constraint")
            try expect(try await database.accountNames(), ["rent"], "what was kept")
        },
        Rule("null is refused where a value must be") { database in
            let failure = try await failure("null") {
                try await database.run("INSERT INTO account (name) VALUES ($1)", [nil])
            }
            try expect(failure.isConstraint, true, "\(failure) is .constraint")
        },
    ]
}
