/// Why an order does not fit: the figures of the binding budget.
package struct BudgetShortage: Sendable, Hashable {
    /// `team:marketing/month`
    package let source: String
    package let limit: MicroUSD
    package let available: MicroUSD
    package let required: MicroUSD
    /// When the period ends; nil for a total.
    package let resetsAt: Timestamp?

    package init(_ status: BudgetStatus, required: MicroUSD) {
        self.source = status.budget.source
        self.limit = status.budget.limit
        self.available = status.available
        self.required = required
        self.resetsAt = status.interval.end
    }
}
