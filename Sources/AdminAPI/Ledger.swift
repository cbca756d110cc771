package import Foundation

/// Answer to `GET /admin/v1/ledger/verify`: the sums of the ledger, counted again from its rows.
package struct LedgerReply: Codable, Sendable, Equatable {
    /// True without any violation.
    package var ok: Bool
    /// RFC 3339, UTC.
    package var checkedAt: String
    package var jobs: Int
    package var holds: Int
    /// Periods of budgets that were counted again.
    package var budgetPeriods: Int
    /// Sum of open holds.
    package var heldUSD: Decimal
    /// Sum of all captures.
    package var capturedUSD: Decimal
    /// At most 1000.
    package var violations: [LedgerViolationReply]

    package init(
        ok: Bool, checkedAt: String, jobs: Int, holds: Int, budgetPeriods: Int, heldUSD: Decimal,
        capturedUSD: Decimal, violations: [LedgerViolationReply]
    ) {
        self.ok = ok
        self.checkedAt = checkedAt
        self.jobs = jobs
        self.holds = holds
        self.budgetPeriods = budgetPeriods
        self.heldUSD = heldUSD
        self.capturedUSD = capturedUSD
        self.violations = violations
    }

    enum CodingKeys: String, CodingKey {
        case ok, jobs, holds, violations
        case budgetPeriods = "budget_periods"
        case checkedAt = "checked_at"
        case heldUSD = "held_usd"
        case capturedUSD = "captured_usd"
    }
}

/// One broken invariant.
package struct LedgerViolationReply: Codable, Sendable, Equatable {
    /// `I1` … `I9`.
    package var invariant: String
    /// Such as `team:marketing/month` or `job_…`.
    package var object: String
    package var detail: String

    package init(invariant: String, object: String, detail: String) {
        self.invariant = invariant
        self.object = object
        self.detail = detail
    }
}
