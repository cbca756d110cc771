package import Foundation

/// Answer to `POST /gateway/v1/quote`: what the same order would meet now. Nothing is held by asking.
package struct QuoteReply: Codable, Sendable, Equatable {
    package var admitted: Bool
    package var estimatedCostUSD: Decimal
    /// Estimate and margin: what the order would set aside.
    package var holdUSD: Decimal
    /// The problem code of the refusal; null when admitted.
    @Nullable package var code: String?
    @Nullable package var detail: String?
    /// The budget with the least left, `team:marketing/month`; null without any budget.
    @Nullable package var limitSource: String?
    /// What is left in that budget.
    @Nullable package var availableUSD: Decimal?
    /// RFC 3339, UTC. When that budget frees up.
    @Nullable package var resetsAt: String?

    package init(
        admitted: Bool, estimatedCostUSD: Decimal, holdUSD: Decimal, code: String?, detail: String?,
        limitSource: String?, availableUSD: Decimal?, resetsAt: String?
    ) {
        self.admitted = admitted
        self.estimatedCostUSD = estimatedCostUSD
        self.holdUSD = holdUSD
        self.code = code
        self.detail = detail
        self.limitSource = limitSource
        self.availableUSD = availableUSD
        self.resetsAt = resetsAt
    }

    enum CodingKeys: String, CodingKey {
        case admitted, code, detail
        case estimatedCostUSD = "estimated_cost_usd"
        case holdUSD = "hold_usd"
        case limitSource = "limit_source"
        case availableUSD = "available_usd"
        case resetsAt = "resets_at"
    }
}
