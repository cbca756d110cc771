import AdminAPI
import GatewayCore
import SQLDatabase
import VinciAPI

// Events are written down in the transaction that makes them true: none is lost with a process, and none is told of what
// did not happen. A team without webhooks costs one look into an index.

extension SQLConnection {
    /// Tells the webhooks of a job's team that it has come into its state, if anybody may be told of that.
    func tellWebhooks(of job: Job, at now: Timestamp) throws(SQLFailure) {
        guard let event = WebhookEvent(reached: job.state) else { return }
        try tell(job.owner.team, event, at: now) { JobReply(job) }
    }

    /// - percent: the share that was reached.
    func tellWebhooks(
        of team: TeamID, reached percent: Int, _ status: BudgetStatus, at now: Timestamp
    ) throws(SQLFailure) {
        try tell(team, .budgetAlert, at: now) {
            BudgetAlert(team: team.text, percent: percent, budget: BudgetReply(status))
        }
    }

    /// - details: made only if somebody listens.
    private func tell<Details: Codable & Sendable & Equatable>(
        _ team: TeamID, _ event: WebhookEvent, at now: Timestamp, _ details: () -> Details
    ) throws(SQLFailure) {
        let listeners = try listeners(of: team, to: event)
        guard !listeners.isEmpty else { return }
        var random = SystemRandomNumberGenerator()
        // The same for all, so that one who listens twice can tell.
        let id = WebhookEventID(at: now, using: &random)
        let message = try text(
            WebhookMessage(type: event.rawValue, timestamp: now.rfc3339, data: details()))
        for webhook in listeners {
            try execute(
                """
                INSERT INTO webhook_delivery (id, webhook_id, event_id, event, payload, state, created_us, attempts,
                    tries, retrying_since_us, next_attempt_us)
                VALUES ($1, $2, $3, $4, $5, 'pending', $6, 0, 0, $6, $6)
                """,
                [
                    SQLValue(WebhookDeliveryID(at: now, using: &random)), SQLValue(webhook), .text(id.text),
                    .text(event.rawValue), .text(message), SQLValue(now),
                ])
        }
        try wakeOthers()
    }

    private func listeners(of team: TeamID, to event: WebhookEvent) throws(SQLFailure) -> [WebhookID] {
        let rows = try query(
            """
            SELECT id, events FROM webhook WHERE team_id = $1 AND \(LiveWebhooks.condition) AND state = 'active'
            ORDER BY id
            """, [SQLValue(team)])
        var listeners: [WebhookID] = []
        for row in rows where try row.lines("events").contains(event.rawValue) {
            listeners.append(WebhookID(stored: try row.text("id")))
        }
        return listeners
    }

    private func text(_ message: some Encodable) throws(SQLFailure) -> String {
        do {
            return try VinciJSON.text(message)
        } catch {
            throw .unexpectedRow("an event cannot be written as JSON")
        }
    }
}
