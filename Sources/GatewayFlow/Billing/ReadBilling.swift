import Foundation
package import GatewayCore
package import GatewayStore
import SQLDatabase
package import VinciAPI

/// The caller's team's own money, in the words of Vinci's billing calls.
package struct ReadBilling: Sendable {
    private let store: GatewayStore
    private let account: AccountDesk
    private let clock: any WallClock

    package init(store: GatewayStore, account: AccountDesk, clock: any WallClock) {
        self.store = store
        self.account = account
        self.clock = clock
    }

    /// `balance_usd`: what the team can still commit now. `total_spent_usd`: what it has ever captured.
    package func balance(_ paced: Paced) async throws(Refusal) -> BalanceReply {
        let caller = paced.caller
        let spend = try await storing { try await store.spend(of: .team(caller.team.id)) }
        let balance = try await available(to: caller)
        return BalanceReply(balanceUSD: balance.decimal, totalSpentUSD: spend.captured.decimal)
    }

    /// - days: 1…90, checked.
    package func usage(_ paced: Paced, days: Int) async throws(Refusal) -> UsageReply {
        let caller = paced.caller
        let since = clock.now().adding(.seconds(-86_400 * days))
        let figures = try await storing { try await store.usage(of: caller.team.id, since: since) }
        let balance = try await self.balance(paced)
        return UsageReply(
            periodDays: days, totalRequests: figures.orders,
            totalSeconds: Decimal(figures.videoMicroseconds) / 1_000_000, totalCostUSD: figures.captured.decimal,
            currentBalanceUSD: balance.balanceUSD, totalSpentUSD: balance.totalSpentUSD)
    }

    /// The smallest room of all budgets that apply; without a budget, the account's balance less everything held.
    private func available(to caller: Caller) async throws(Refusal) -> MicroUSD {
        let owner = JobOwner(team: caller.team.id, token: caller.token.keyID)
        let statuses = try await storing { try await store.budgetStatuses(of: owner, at: clock.now()) }
        if let binding = statuses.binding { return binding.available }
        guard let account = await account.balance() else {
            throw .upstreamUnavailable(nil, retryAfter: .seconds(10))
        }
        let held = try await storing { try await store.spend(of: .organization) }.held
        let rest = (try? account.balance.subtracting(held)) ?? .zero
        return max(.zero, rest)
    }
}
