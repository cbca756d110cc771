import GatewayCore
import GatewayStore
import SQLDatabase

/// How the rules look at a store.
extension StoreFixture {
    /// - Throws: `ContractViolation` when the order is not refused for a budget.
    func shortage(
        for owner: JobOwner, hold: MicroUSD = .cents(28), at now: Timestamp = .testStart
    ) async throws -> BudgetShortage {
        let end = try await admit(for: owner, hold: hold, at: now)
        guard case .overBudget(let shortage) = end else {
            throw ContractViolation(description: "an order of $\(hold) is \(end), not over budget")
        }
        return shortage
    }

    /// Gives each owner of such orders a budget per period.
    func limitEverywhere(
        of owner: JobOwner, _ limit: MicroUSD, at now: Timestamp = .testStart
    ) async throws -> [(BudgetOwner, BudgetPeriod)] {
        var budgets: [(BudgetOwner, BudgetPeriod)] = []
        for of in BudgetOwner.all(of: owner) {
            for period in BudgetPeriod.allCases {
                try await self.limit(of, limit, per: period, at: now)
                budgets.append((of, period))
            }
        }
        return budgets
    }

    func found(_ job: JobID) async throws -> Job {
        guard let found = try await store.job(.job(job)) else { throw ContractViolation(description: "no \(job)") }
        return found
    }

    func state(of job: JobID) async throws -> JobState { try await found(job).state }

    /// The audit records of one object, oldest first.
    func records(about object: String) async throws -> [AuditRecord] {
        try await store.audit(after: 0, object: object, limit: 1000).map(\.record)
    }

    func actions(about object: String) async throws -> [AuditAction] { try await records(about: object).map(\.action) }

    /// Everything that is stored, as text: equal before and after means that nothing was written.
    func tables(but left: Set<String> = []) async throws -> [String: [String]] {
        try await database.read { (connection) throws(SQLFailure) in
            var contents: [String: [String]] = [:]
            for table in StoreFixture.tables where !left.contains(table) {
                contents[table] = try connection.query("SELECT * FROM \(table)").map { "\($0)" }.sorted()
            }
            return contents
        }
    }

    private static let tables = [
        "team", "token", "admin_token", "upstream_key", "budget", "budget_window", "owner_spend", "job", "hold",
        "hold_resolution", "idempotency", "audit", "change", "change_head", "store_value", "webhook",
        "webhook_delivery",
    ]

    /// Changes the tables behind the store's back.
    /// - Returns: how many rows.
    @discardableResult
    func tamper(_ sql: String, _ parameters: [SQLValue] = []) async throws -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            .commit(try connection.execute(sql, parameters))
        }
    }
}
