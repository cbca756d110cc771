import GatewayCore
import GatewayStore
package import SQLDatabase

/// What the ledger must do on every engine. An engine's tests run each of `rules` on a fresh store:
///
///     @Test(arguments: StoreContract.rules) func keeps(rule: StoreContract.Rule) async throws {
///         try await StoreContract { try MyEngine.open() }.check(rule)
///     }
///
/// and, alike, `tamperings` with ``findsTampering(_:)`` and seeds with ``checkHistory(seed:)``.
package struct StoreContract: Sendable {
    /// An empty store, new each time; closed by the contract.
    package let make: @Sendable () async throws -> any SQLDatabase

    package init(make: @escaping @Sendable () async throws -> any SQLDatabase) {
        self.make = make
    }

    package struct Rule: Sendable, CustomStringConvertible {
        /// The rule as a sentence.
        package let description: String
        let check: @Sendable (StoreFixture) async throws -> Void

        init(_ description: String, check: @escaping @Sendable (StoreFixture) async throws -> Void) {
            self.description = description
            self.check = check
        }
    }

    package static let rules =
        admissionRules + unsendableRules + openJobRules + budgetChangeRules + budgetPeriodRules + idempotencyRules
        + duplicateRules
        + transitionRules + acceptanceRules + settlementRules + recoveryRules + processRules + sharedLimitRules
        + teamRules + tokenRules
        + adminRules
        + upstreamKeyRules + wholenessRules + auditRules + usageRules + orderRaceRules + probeRules
        + webhookRules + outboxRules + webhookTurnRules + budgetAlertRules

    /// Checks the rule, and that the ledger is sound afterwards.
    /// - Throws: `ContractViolation`, or what the engine threw unexpectedly.
    package func check(_ rule: Rule) async throws {
        try await withBooks { books in
            try await rule.check(books)
            try await books.expectSoundLedger()
        }
    }

    func withBooks(_ body: (StoreFixture) async throws -> Void) async throws {
        let books = try await StoreFixture(make())
        do {
            try await body(books)
        } catch {
            await books.close()
            throw error
        }
        await books.close()
    }
}

extension StoreFixture {
    /// - Throws: `ContractViolation` with everything that `verifyLedger` found.
    package func expectSoundLedger() async throws {
        let proof = try await store.verifyLedger()
        guard proof.isSound else {
            let findings = proof.violations.map { "\($0.invariant) \($0.object): \($0.detail)" }
            throw ContractViolation(description: "the ledger is not sound: \(findings.joined(separator: "; "))")
        }
    }
}

/// - what: the rule in words, for the message.
func expect(_ isTrue: Bool, _ what: String) throws {
    guard isTrue else { throw ContractViolation(description: "not so: \(what)") }
}
