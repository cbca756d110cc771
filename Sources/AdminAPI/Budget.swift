package import Foundation

/// Whose money a budget limits.
package enum BudgetOwnerKind: String, Codable, Sendable, CaseIterable {
    /// Its one id is `default`.
    case organization
    case team
    /// Named by its key id.
    case token
}

/// Over what a budget sums: calendar periods in its time zone, or everything since it began.
package enum BudgetPeriodName: String, Codable, Sendable, CaseIterable {
    case day, week, month, total
}

/// Body of `PUT /admin/v1/budgets/{owner kind}/{owner id}/{period}`.
package struct BudgetRequest: RequestBody {
    /// Zero is a budget that admits nothing.
    package var limitUSD: Decimal
    /// IANA name (`Europe/Berlin`) that says when a period starts; `UTC` when absent.
    package var timeZone: String?
    /// Shares of the limit at which an alert is raised; none when absent.
    package var alertPercents: [Int]?

    package init(limitUSD: Decimal, timeZone: String? = nil, alertPercents: [Int]? = nil) {
        self.limitUSD = limitUSD
        self.timeZone = timeZone
        self.alertPercents = alertPercents
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case limitUSD = "limit_usd"
        case timeZone = "time_zone"
        case alertPercents = "alert_percents"
    }
}

/// One budget in its current period.
package struct BudgetReply: Codable, Sendable, Equatable {
    package var ownerKind: BudgetOwnerKind
    package var ownerID: String
    package var period: BudgetPeriodName
    package var limitUSD: Decimal
    /// True costs of what was ordered in the period.
    package var capturedUSD: Decimal
    /// Set aside for orders that have not ended.
    package var heldUSD: Decimal
    /// `limit − captured − held`, and never below zero.
    package var availableUSD: Decimal
    package var timeZone: String
    package var alertPercents: [Int]
    /// RFC 3339, UTC. Null for `total`.
    @Nullable package var periodStart: String?
    /// RFC 3339, UTC. Null for `total`.
    @Nullable package var resetsAt: String?

    package init(
        ownerKind: BudgetOwnerKind, ownerID: String, period: BudgetPeriodName, limitUSD: Decimal, capturedUSD: Decimal,
        heldUSD: Decimal, availableUSD: Decimal, timeZone: String, alertPercents: [Int], periodStart: String?,
        resetsAt: String?
    ) {
        self.ownerKind = ownerKind
        self.ownerID = ownerID
        self.period = period
        self.limitUSD = limitUSD
        self.capturedUSD = capturedUSD
        self.heldUSD = heldUSD
        self.availableUSD = availableUSD
        self.timeZone = timeZone
        self.alertPercents = alertPercents
        self.periodStart = periodStart
        self.resetsAt = resetsAt
    }

    enum CodingKeys: String, CodingKey {
        case period
        case ownerKind = "owner_kind"
        case ownerID = "owner_id"
        case limitUSD = "limit_usd"
        case capturedUSD = "captured_usd"
        case heldUSD = "held_usd"
        case availableUSD = "available_usd"
        case timeZone = "time_zone"
        case alertPercents = "alert_percents"
        case periodStart = "period_start"
        case resetsAt = "resets_at"
    }
}

extension BudgetReply: Listed {
    package static var listName: String { "budgets" }
}
