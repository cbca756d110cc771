package import GatewayCore
package import GatewayStore

/// Teams and their budgets, for administrators.
package struct ManageTeams: Sendable {
    private let store: GatewayStore
    private let directory: Directory
    private let clock: any WallClock

    package init(store: GatewayStore, directory: Directory, clock: any WallClock) {
        self.store = store
        self.directory = directory
        self.clock = clock
    }

    /// - team: its `createdAt` is replaced by now.
    /// - Throws: `.invalidRequest` when the id is taken.
    package func create(_ team: Team, _ permit: AdminPermit) async throws(Refusal) -> Team {
        var team = team
        team.createdAt = clock.now()
        let new = team
        let isCreated = try await storing { try await store.create(new, by: permit.actor, from: permit.source) }
        guard isCreated else { throw .invalidRequest(field: "id", rule: "is taken") }
        try await storing { try await directory.refresh() }
        return new
    }

    package func list() async throws(Refusal) -> [Team] { try await storing { try await store.teams() } }

    /// - Throws: `.notFound`.
    package func change(
        _ id: TeamID, _ permit: AdminPermit, _ change: @escaping @Sendable (inout Team) -> Void
    ) async throws(Refusal) -> Team {
        let changed = try await storing {
            try await store.changeTeam(id, by: permit.actor, from: permit.source, at: clock.now(), change)
        }
        guard let changed else { throw .notFound }
        try await storing { try await directory.refresh() }
        return changed
    }

    /// - Throws: `.notFound` when the owner does not exist.
    package func set(_ budget: Budget, _ permit: AdminPermit) async throws(Refusal) -> BudgetStatus {
        let isSet = try await storing {
            try await store.set(budget, by: permit.actor, from: permit.source, at: clock.now())
        }
        guard isSet else { throw .notFound }
        let statuses = try await budgets()
        guard let status = statuses.first(where: { $0.budget.source == budget.source }) else { throw .notFound }
        return status
    }

    /// - Throws: `.notFound`.
    package func removeBudget(
        of owner: BudgetOwner, per period: BudgetPeriod, _ permit: AdminPermit
    ) async throws(Refusal) {
        let isRemoved = try await storing {
            try await store.removeBudget(
                of: owner, per: period, by: permit.actor, from: permit.source, at: clock.now())
        }
        guard isRemoved else { throw .notFound }
    }

    /// All budgets with their figures now.
    package func budgets() async throws(Refusal) -> [BudgetStatus] {
        try await storing { try await store.budgetStatuses(at: clock.now()) }
    }
}
