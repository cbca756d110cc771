package import GatewayCore
package import GatewayStore
import SQLDatabase

/// What an order would cost and whether it would be admitted now; nothing is held.
package struct QuoteOrder: Sendable {
    package struct Answer: Sendable {
        package let quote: Quote
        /// The budget that leaves the least room; nil when no budget applies.
        package let binding: BudgetStatus?
        /// Why not, if not.
        package let refusal: Refusal?
    }

    private let settings: SubmitVideo.Settings
    private let store: GatewayStore
    private let clock: any WallClock

    package init(settings: SubmitVideo.Settings, store: GatewayStore, clock: any WallClock) {
        self.settings = settings
        self.store = store
        self.clock = clock
    }

    /// - seconds: 1…10, checked.
    package func callAsFunction(_ paced: Paced, seconds: Int) async throws(Refusal) -> Answer {
        let caller = paced.caller
        do {
            let quote = try settings.price.quote(seconds: seconds)
            let owner = JobOwner(team: caller.team.id, token: caller.token.keyID)
            let statuses = try await store.budgetStatuses(of: owner, at: clock.now())
            let openJobs = try await store.openJobs(of: caller.team.id)
            let openJobsMax = caller.team.openJobsMax ?? settings.openJobsMaxDefault
            return Answer(
                quote: quote, binding: statuses.binding,
                refusal: caller.team.state == .active
                    ? refusal(quote, statuses, openJobs: openJobs, openJobsMax: openJobsMax) : .teamSuspended)
        } catch is MoneyFault {
            throw .invalidRequest(field: "duration_seconds", rule: "costs more than can be counted")
        } catch {
            throw .storageUnavailable
        }
    }

    private func refusal(
        _ quote: Quote, _ statuses: [BudgetStatus], openJobs: Int, openJobsMax: Int
    ) -> Refusal? {
        if openJobs >= openJobsMax { return .tooManyOpenJobs(limit: openJobsMax) }
        let tight = statuses.filter { !$0.admits(quote.hold) }.binding
        return tight.map { .budgetExceeded(BudgetShortage($0, required: quote.hold)) }
    }
}
