import Foundation
import VinciAPI

extension Provider {
    func balance(of visitor: Visitor) throws(VinciRefusal) -> BalanceReply {
        guard let account = accounts[visitor.accountID] else { throw .invalidKey }
        return BalanceReply(balanceUSD: account.balance.decimal, totalSpentUSD: account.spent.decimal)
    }

    /// Jobs that completed within the last `days` × 24 hours.
    func usage(of visitor: Visitor, days: Int, at now: Moment) throws(VinciRefusal) -> UsageReply {
        guard let account = accounts[visitor.accountID] else { throw .invalidKey }
        let sum = account.usage.lastDays(days, at: now)
        return UsageReply(
            periodDays: days, totalRequests: sum.jobs,
            totalSeconds: VideoLength(milliseconds: sum.milliseconds).seconds, totalCostUSD: sum.cost.decimal,
            currentBalanceUSD: account.balance.decimal, totalSpentUSD: account.spent.decimal)
    }

    /// The account after the deposit, or nil when there is no such account.
    ///
    /// - Throws: `.invalidField` when the account would hold more than a million deposits of the largest size.
    mutating func deposit(_ amount: USD, to accountID: String, at now: Moment) throws(VinciRefusal) -> Account? {
        settle(until: now)
        guard let account = accounts[accountID] else { return nil }
        let ceiling = Int64.max / 4
        guard account.deposited.micros <= ceiling else {
            throw .invalidField("amount_usd", rule: "this account has been given too much already")
        }
        accounts[accountID]?.deposit(amount)
        return accounts[accountID]
    }
}
