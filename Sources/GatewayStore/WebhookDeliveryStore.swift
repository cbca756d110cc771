package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// What was sent to a webhook and what still will be, latest first.
    /// - before: the last id of the page before; nil for the first page.
    /// - Returns: nil when the team has no such webhook.
    package func deliveries(
        to webhook: WebhookID, of team: TeamID, before: WebhookDeliveryID?, limit: Int
    ) async throws(SQLFailure) -> [WebhookDelivery]? {
        try await database.read { (connection) throws(SQLFailure) in
            let known = try connection.row(
                "SELECT id FROM webhook WHERE id = $1 AND team_id = $2 AND \(LiveWebhooks.condition)",
                [SQLValue(webhook), SQLValue(team)])
            guard known != nil else { return nil }
            // `~` sorts after every letter.
            let rows = try connection.query(
                "SELECT * FROM webhook_delivery WHERE webhook_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                [SQLValue(webhook), .text(before?.text ?? "~"), SQLValue(limit)])
            return try rows.map(WebhookDelivery.init(row:))
        }
    }

    /// Makes a delivery due now, with a fresh time for retries, whatever became of it before.
    /// - webhook: only one to this webhook; nil: to any of the team's.
    package func redeliver(
        _ id: WebhookDeliveryID, to webhook: WebhookID?, of team: TeamID, by actor: Actor, from source: CallSource,
        at now: Timestamp
    ) async throws(SQLFailure) -> Redelivery {
        try await database.write { (connection) throws(SQLFailure) in
            let row = try connection.row(
                """
                SELECT webhook.* FROM webhook_delivery JOIN webhook ON webhook.id = webhook_delivery.webhook_id
                WHERE webhook_delivery.id = $1 AND webhook.team_id = $2 AND webhook.\(LiveWebhooks.condition)
                """, [SQLValue(id), SQLValue(team)])
            guard let found = try row.map(Webhook.init(row:)), webhook == nil || webhook == found.id else {
                return .rollback(.noSuchDelivery)
            }
            guard found.state == .active else { return .rollback(.disabled) }
            let renewed = try connection.row(
                """
                UPDATE webhook_delivery SET state = 'pending', next_attempt_us = $2, retrying_since_us = $2, tries = 0,
                    ended_us = NULL
                WHERE id = $1 RETURNING *
                """, [SQLValue(id), SQLValue(now)])
            guard let delivery = try renewed.map(WebhookDelivery.init(row:)) else {
                return .rollback(.noSuchDelivery)
            }
            try connection.append(
                AuditRecord(
                    at: now, actor: actor, team: team, action: .webhookRedelivered, object: id.text, source: source,
                    detail: "\(delivery.event.rawValue) to \(found.id)"))
            try connection.wakeOthers()
            return .commit(.due(delivery))
        }
    }

    /// Removes deliveries made before `cutoff`, whatever became of them.
    /// - Returns: how many; at most `limit`.
    package func forgetDeliveries(before cutoff: Timestamp, limit: Int) async throws(SQLFailure) -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            .commit(
                try connection.execute(
                    """
                    DELETE FROM webhook_delivery WHERE id IN
                        (SELECT id FROM webhook_delivery WHERE id < $1 ORDER BY id LIMIT $2)
                    """, [SQLValue(WebhookDeliveryID.first(at: cutoff)), SQLValue(limit)]))
        }
    }
}

/// How a call for a redelivery ended. Only `.due` wrote anything.
package enum Redelivery: Sendable, Equatable {
    case due(WebhookDelivery)
    case noSuchDelivery
    /// Its webhook is disabled.
    case disabled
}

extension WebhookDelivery {
    init(row: SQLRow) throws(SQLFailure) {
        self.init(
            id: WebhookDeliveryID(stored: try row.text("id")),
            webhook: WebhookID(stored: try row.text("webhook_id")),
            eventID: WebhookEventID(stored: try row.text("event_id")), event: try row.choice("event"),
            state: try row.choice("state"), createdAt: try row.instant("created_us"),
            attempts: try row.number("attempts"), tries: try row.number("tries"),
            retryingSince: try row.instant("retrying_since_us"),
            nextAttemptAt: try row.instantIfAny("next_attempt_us"),
            lastAttemptAt: try row.instantIfAny("last_attempt_us"), lastStatus: try row.numberIfAny("last_status"),
            lastError: try row.textIfAny("last_error"), endedAt: try row.instantIfAny("ended_us"))
    }
}
