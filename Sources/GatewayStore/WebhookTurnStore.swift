package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Webhooks for which something is due, longest due first, but for those that another living process delivers to.
    package func dueWebhooks(
        for process: ProcessID, at now: Timestamp, limit: Int
    ) async throws(SQLFailure) -> [WebhookID] {
        try await database.read { (connection) throws(SQLFailure) in
            // From one webhook to the next by the index, however many deliveries each has.
            let rows = try connection.query(
                """
                WITH RECURSIVE lane (id) AS (
                    SELECT MIN(webhook_id) FROM webhook_delivery WHERE next_attempt_us IS NOT NULL
                    UNION ALL
                    SELECT (SELECT MIN(webhook_id) FROM webhook_delivery
                        WHERE next_attempt_us IS NOT NULL AND webhook_id > lane.id)
                    FROM lane WHERE lane.id IS NOT NULL
                )
                SELECT id, due_us FROM (
                    SELECT lane.id AS id, (SELECT MIN(next_attempt_us) FROM webhook_delivery
                        WHERE webhook_id = lane.id AND next_attempt_us IS NOT NULL) AS due_us
                    FROM lane WHERE lane.id IS NOT NULL
                ) AS waiting WHERE due_us <= $1 AND NOT EXISTS
                    (SELECT 1 FROM webhook JOIN process ON process.id = webhook.holder
                    WHERE webhook.id = waiting.id AND webhook.holder <> $3 AND process.state = 'alive')
                ORDER BY due_us, id LIMIT $2
                """, [SQLValue(now), SQLValue(limit), SQLValue(process)])
            return try rows.map { (row) throws(SQLFailure) in WebhookID(stored: try row.text("id")) }
        }
    }

    /// Makes `process` the one that delivers to a webhook, for as long as it lives or until it has recorded the last attempt
    /// of its turn.
    /// - Returns: nil while another living process does.
    package func claimWebhook(
        _ id: WebhookID, by process: ProcessID, limit: Int, at now: Timestamp
    ) async throws(SQLFailure) -> ClaimedWebhook? {
        try await database.write { (connection) throws(SQLFailure) in
            let row = try connection.row(
                """
                UPDATE webhook SET holder = $2 WHERE id = $1 AND (holder IS NULL OR holder = $2 OR NOT EXISTS
                    (SELECT 1 FROM process WHERE process.id = webhook.holder AND process.state = 'alive'))
                RETURNING *
                """, [SQLValue(id), SQLValue(process)])
            guard let row else { return .rollback(nil) }
            let due = try connection.query(
                """
                SELECT * FROM webhook_delivery WHERE webhook_id = $1 AND next_attempt_us <= $2
                ORDER BY next_attempt_us, id LIMIT $3
                """, [SQLValue(id), SQLValue(now), SQLValue(limit)])
            return .commit(
                ClaimedWebhook(
                    webhook: try Webhook(row: row), sealedSecret: try row.blob("sealed_secret"),
                    due: try due.map { (row) throws(SQLFailure) in
                        ClaimedWebhook.Message(
                            delivery: try WebhookDelivery(row: row), payload: try row.text("payload"))
                    }))
        }
    }

    /// Writes down how an attempt ended.
    /// - Returns: nil when nothing was written: the webhook is another process's by now.
    package func record(
        _ attempt: WebhookAttempt, _ plan: RetryPlan, at now: Timestamp
    ) async throws(SQLFailure) -> WebhookRecord? {
        try await database.write { (connection) throws(SQLFailure) in
            guard let webhook = try connection.note(attempt, at: now) else { return .rollback(nil) }
            guard let pending = try connection.pending(attempt.delivery) else {
                return .commit(WebhookRecord(progress: nil, isActive: webhook.state == .active))
            }
            let progress = pending.progress(after: attempt, plan, at: now)
            try connection.write(progress, attempt, of: pending, at: now)
            if progress == .disabled, webhook.state == .active {
                try connection.disable(webhook, at: now)
            }
            return .commit(
                WebhookRecord(progress: progress, isActive: webhook.state == .active && progress != .disabled))
        }
    }

    /// Gives up what is on its way to a webhook that is not active, and lets go of it.
    /// - Returns: how many; at most `limit`.
    package func giveUpDeliveries(
        to webhook: WebhookID, holder: ProcessID, limit: Int, at now: Timestamp
    ) async throws(SQLFailure) -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            let ended = try connection.execute(
                """
                UPDATE webhook_delivery SET state = 'given_up', next_attempt_us = NULL, ended_us = $3,
                    last_error = 'the webhook was deleted or disabled'
                WHERE id IN (SELECT id FROM webhook_delivery WHERE webhook_id = $1 AND next_attempt_us IS NOT NULL
                    ORDER BY next_attempt_us, id LIMIT $2)
                """, [SQLValue(webhook), SQLValue(limit), SQLValue(now)])
            try connection.release(webhook, by: holder)
            return .commit(ended)
        }
    }

    /// Lets others deliver to it.
    package func releaseWebhook(_ id: WebhookID, by process: ProcessID) async throws(SQLFailure) {
        try await database.write { (connection) throws(SQLFailure) in
            try connection.release(id, by: process)
            return .commit(())
        }
    }
}

extension SQLConnection {
    fileprivate func release(_ id: WebhookID, by process: ProcessID) throws(SQLFailure) {
        try execute(
            "UPDATE webhook SET holder = NULL WHERE id = $1 AND holder = $2", [SQLValue(id), SQLValue(process)])
    }

    /// - Returns: nil when the webhook is not this process's.
    fileprivate func note(_ attempt: WebhookAttempt, at now: Timestamp) throws(SQLFailure) -> Webhook? {
        let row = try row(
            """
            UPDATE webhook SET failures = CASE WHEN $3 = 1 THEN 0 ELSE failures + 1 END,
                holder = CASE WHEN $4 = 1 THEN NULL ELSE holder END
            WHERE id = $1 AND holder = $2 RETURNING *
            """,
            [
                SQLValue(attempt.webhook), SQLValue(attempt.holder), SQLValue(attempt.answer.isTaken),
                SQLValue(attempt.endsTurn),
            ])
        return try row.map(Webhook.init(row:))
    }

    fileprivate func pending(_ id: WebhookDeliveryID) throws(SQLFailure) -> WebhookDelivery? {
        try row("SELECT * FROM webhook_delivery WHERE id = $1 AND state = 'pending'", [SQLValue(id)])
            .map(WebhookDelivery.init(row:))
    }

    fileprivate func write(
        _ progress: WebhookProgress, _ attempt: WebhookAttempt, of delivery: WebhookDelivery, at now: Timestamp
    ) throws(SQLFailure) {
        let (state, next): (WebhookDelivery.State, Timestamp?) =
            switch progress {
            case .delivered: (.delivered, nil)
            case .givenUp, .disabled: (.givenUp, nil)
            case .retried(let next): (.pending, next)
            }
        try execute(
            """
            UPDATE webhook_delivery SET state = $2, next_attempt_us = $3, last_attempt_us = $4, last_status = $5,
                last_error = $6, ended_us = $7, attempts = attempts + 1, tries = tries + 1
            WHERE id = $1
            """,
            [
                SQLValue(delivery.id), .text(state.rawValue), SQLValue(next), SQLValue(now),
                SQLValue(attempt.answer.status), SQLValue(attempt.answer.reason),
                next == nil ? SQLValue(now) : .null,
            ])
    }

    fileprivate func disable(_ webhook: Webhook, at now: Timestamp) throws(SQLFailure) {
        try execute(
            "UPDATE webhook SET state = 'disabled', ended_us = $2 WHERE id = $1", [SQLValue(webhook.id), SQLValue(now)])
        try note(
            .webhookDisabled, webhook.id, of: webhook.team, by: .gateway("webhooks"), from: .none, at: now,
            detail: "its endpoint answered 410")
    }
}

extension WebhookDelivery {
    fileprivate func progress(
        after attempt: WebhookAttempt, _ plan: RetryPlan, at now: Timestamp
    ) -> WebhookProgress {
        switch attempt.answer {
        case .taken: return .delivered
        case .gone: return .disabled
        case .refused, .none:
            let next = plan.next(
                afterTry: tries + 1, since: retryingSince, at: now, retryAfter: attempt.answer.retryAfter,
                attempt.jitter)
            return next.map(WebhookProgress.retried) ?? .givenUp
        }
    }
}
