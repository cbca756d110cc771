package import GatewayCore
package import GatewayStore

/// What a token may know about itself and about its team.
package struct DescribeCaller: Sendable {
    package struct Answer: Sendable {
        package let caller: Caller
        package let requests: PaceReading
        package let reads: PaceReading
        package let openJobs: Int
        package let openJobsMax: Int
        /// Of the token and its team. The organization's are left out: their figures tell what other teams spend.
        package let budgets: [BudgetStatus]
    }

    private let limiter: RateLimiter
    private let store: GatewayStore
    private let openJobsMaxDefault: Int
    private let clock: any WallClock

    package init(limiter: RateLimiter, store: GatewayStore, openJobsMaxDefault: Int, clock: any WallClock) {
        self.limiter = limiter
        self.store = store
        self.openJobsMaxDefault = openJobsMaxDefault
        self.clock = clock
    }

    package func callAsFunction(_ paced: Paced) async throws(Refusal) -> Answer {
        let caller = paced.caller
        let owner = JobOwner(team: caller.team.id, token: caller.token.keyID)
        let budgets = try await storing { try await store.budgetStatuses(of: owner, at: clock.now()) }
        let openJobs = try await storing { try await store.openJobs(of: caller.team.id) }
        let uptime = clock.uptime()
        return Answer(
            caller: caller,
            requests: limiter.reading(of: caller, for: .request, at: uptime),
            reads: limiter.reading(of: caller, for: .read, at: uptime),
            openJobs: openJobs,
            openJobsMax: caller.team.openJobsMax ?? openJobsMaxDefault,
            budgets: budgets.filter { $0.budget.owner != .organization })
    }
}
