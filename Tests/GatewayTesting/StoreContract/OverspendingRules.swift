import GatewayCore
import GatewayStore

extension StoreContract {
    static let overspendingRules = [
        Rule("an admission past its limit is found afterwards, whatever the figures say by then") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(50), per: .day)
            _ = try await books.place(for: owner)
            // Somebody makes room behind the store's back, and later puts the figures right.
            _ = try await books.tamper("UPDATE budget_window SET held_micro_usd = 0")
            let second = try await books.place(for: owner)
            _ = try await books.tamper("UPDATE budget_window SET held_micro_usd = 560000")
            let proof = try await books.store.verifyLedger()
            try expect(proof.violations.map(\.invariant), ["I3"], "what is found")
            try expect(proof.violations.map(\.object), [second.text], "at which order")
            // Sound again, so that only this rule's finding was the fault.
            try await books.apply(.plain(.notCreated, of: second))
            _ = try await books.tamper("DELETE FROM audit WHERE object = '\(second)'")
            _ = try await books.tamper("DELETE FROM hold_resolution WHERE job_id = '\(second)'")
            _ = try await books.tamper("DELETE FROM hold WHERE job_id = '\(second)'")
            _ = try await books.tamper("DELETE FROM job WHERE id = '\(second)'")
        },
        Rule("limits that are lowered, raised, moved and removed later make no admission wrong") { books in
            let owner = try await books.owner()
            let team = BudgetOwner.team(owner.team)
            let first = try await books.place(for: owner)
            try await books.limit(team, .cents(90), per: .month)
            try await books.limit(team, .cents(60), per: .day)
            try await books.settle(first, cost: .cents(31))
            _ = try await books.place(for: owner)
            try await books.limit(team, .cents(10), per: .day)
            _ = try await books.shortage(for: owner)
            try await books.limit(team, .cents(200), per: .day, in: books.tokyo)
            let tomorrow = Timestamp.testStart.adding(.days(1))
            _ = try await books.place(for: owner, at: tomorrow)
            _ = try await books.store.removeBudget(
                of: team, per: .month, by: StoreFixture.actor, from: .none, at: tomorrow)
            for _ in 0..<3 { _ = try await books.place(for: owner, at: tomorrow) }
            try await books.limit(.organization, .cents(500), per: .total, at: tomorrow)
            _ = try await books.place(for: owner, at: tomorrow)
        },
    ]
}

extension StoreFixture {
    /// Nine hours ahead: at the start of the tests it is evening there.
    fileprivate var tokyo: BudgetZone { BudgetZone("Asia/Tokyo") ?? .utc }
}
