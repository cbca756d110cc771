package import Foundation

/// Vinci's answer to `GET /v1/billing/balance`.
package struct BalanceReply: Codable, Sendable, Equatable {
    package var balanceUSD: Decimal
    package var totalSpentUSD: Decimal

    package init(balanceUSD: Decimal, totalSpentUSD: Decimal) {
        self.balanceUSD = balanceUSD
        self.totalSpentUSD = totalSpentUSD
    }

    enum CodingKeys: String, CodingKey {
        case balanceUSD = "balance_usd"
        case totalSpentUSD = "total_spent_usd"
    }
}

/// Vinci's answer to `GET /v1/billing/usage?days=N`.
package struct UsageReply: Codable, Sendable, Equatable {
    package var periodDays: Int
    package var totalRequests: Int
    package var totalSeconds: Decimal
    package var totalCostUSD: Decimal
    package var currentBalanceUSD: Decimal
    package var totalSpentUSD: Decimal

    package init(
        periodDays: Int, totalRequests: Int, totalSeconds: Decimal, totalCostUSD: Decimal,
        currentBalanceUSD: Decimal, totalSpentUSD: Decimal
    ) {
        self.periodDays = periodDays
        self.totalRequests = totalRequests
        self.totalSeconds = totalSeconds
        self.totalCostUSD = totalCostUSD
        self.currentBalanceUSD = currentBalanceUSD
        self.totalSpentUSD = totalSpentUSD
    }

    enum CodingKeys: String, CodingKey {
        case periodDays = "period_days"
        case totalRequests = "total_requests"
        case totalSeconds = "total_seconds"
        case totalCostUSD = "total_cost_usd"
        case currentBalanceUSD = "current_balance_usd"
        case totalSpentUSD = "total_spent_usd"
    }
}
