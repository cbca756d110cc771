package import SQLDatabase

/// What every engine behind `SQLDatabase` must do. An engine's tests run each of `rules` on a fresh store:
///
///     @Test(arguments: DatabaseContract.rules) func keeps(rule: DatabaseContract.Rule) async throws {
///         try await DatabaseContract { try MyEngine.open() }.check(rule)
///     }
package struct DatabaseContract: Sendable {
    /// An empty store, new each time; closed by the contract.
    package let make: @Sendable () async throws -> any SQLDatabase

    package init(make: @escaping @Sendable () async throws -> any SQLDatabase) {
        self.make = make
    }

    package struct Rule: Sendable, CustomStringConvertible {
        /// The rule as a sentence.
        package let description: String
        let check: @Sendable (any SQLDatabase) async throws -> Void

        init(_ description: String, check: @escaping @Sendable (any SQLDatabase) async throws -> Void) {
            self.description = description
            self.check = check
        }
    }

    package static let rules =
        transactionRules + savepointRules + statementRules + valueRules + constraintRules + concurrencyRules
        + migrationRules + lifeRules

    /// - Throws: `ContractViolation`, or what the engine threw unexpectedly.
    package func check(_ rule: Rule) async throws {
        let database = try await make()
        do {
            try await database.migrate(Self.schema)
            try await rule.check(database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// The tables that the rules use, in the vocabulary of `Migration`.
    static let schema = [
        Migration(
            number: 1, name: "accounts",
            sql: """
                -- BIGINT in a comment; is left alone.
                CREATE TABLE account (
                    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    name TEXT NOT NULL,
                    amount BIGINT NOT NULL DEFAULT 0,
                    remark TEXT NOT NULL DEFAULT 'BYTEA; or BIGINT',
                    CONSTRAINT amount_is_not_negative CHECK (amount >= 0)
                );
                CREATE UNIQUE INDEX account_name ON account (name);

                CREATE TABLE entry (
                    account BIGINT NOT NULL REFERENCES account (id),
                    number BIGINT NOT NULL,
                    note TEXT,
                    data BYTEA,
                    PRIMARY KEY (account, number)
                );
                """)
    ]
}

/// An engine broke a rule of the contract.
package struct ContractViolation: Error, CustomStringConvertible {
    package let description: String
}

/// - what: the thing compared, as it reads in "amount is 1, not 2".
func expect<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
    guard found == wanted else { throw ContractViolation(description: "\(what) is \(found), not \(wanted)") }
}

/// - Returns: what `body` threw.
func failure(_ what: String, of body: () async throws -> Void) async throws -> SQLFailure {
    do {
        try await body()
    } catch let failure as SQLFailure {
        return failure
    }
    throw ContractViolation(description: "\(what) did not fail")
}

extension SQLFailure {
    var isConstraint: Bool { if case .constraint = self { true } else { false } }
    var isStatement: Bool { if case .statement = self { true } else { false } }
}
