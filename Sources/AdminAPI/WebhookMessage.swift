/// What a webhook is sent: the body of Standard Webhooks.
package struct WebhookMessage<Details: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    /// `job.completed`, `job.failed`, `job.unknown` or `budget.alert`.
    package var type: String
    /// When it happened, not when it was sent. RFC 3339, UTC.
    package var timestamp: String
    /// A ``JobReply`` as the team's own calls show it, or a ``BudgetAlert``.
    package var data: Details

    package init(type: String, timestamp: String, data: Details) {
        self.type = type
        self.timestamp = timestamp
        self.data = data
    }
}

/// What is captured and held has reached a share of a budget's limit.
package struct BudgetAlert: Codable, Sendable, Equatable {
    /// Whose webhooks are told: the budget's owner, or the team of the token that owns it.
    package var team: String
    /// The share, one of the budget's `alert_percents`.
    package var percent: Int
    /// As it stood when the share was reached.
    package var budget: BudgetReply

    package init(team: String, percent: Int, budget: BudgetReply) {
        self.team = team
        self.percent = percent
        self.budget = budget
    }
}
