package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// - sealedSecret: sealed with the master key.
    /// - about: where it leads, for the audit record; nothing of it may be secret.
    package func create(
        _ webhook: Webhook, sealedSecret: [UInt8], about: String, by actor: Actor, from source: CallSource
    ) async throws(SQLFailure) -> WebhookCreation {
        try await database.write { (connection) throws(SQLFailure) in
            // Locked: registrations of one team take turns, and it cannot be archived.
            guard try connection.lockedUnlessArchived(webhook.team) else { return .rollback(.noSuchTeam) }
            guard try connection.webhooks(of: webhook.team).count < Webhook.perTeamMax else {
                return .rollback(.tooMany)
            }
            try connection.execute(
                """
                INSERT INTO webhook (id, team_id, url, events, sealed_secret, state, created_us, failures)
                VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
                """,
                [
                    SQLValue(webhook.id), SQLValue(webhook.team), .text(webhook.url),
                    SQLValue(lines: webhook.events.map(\.rawValue)), .blob(sealedSecret),
                    .text(webhook.state.rawValue), SQLValue(webhook.createdAt),
                ])
            let events = webhook.events.sorted().map(\.rawValue).joined(separator: " ")
            try connection.note(
                .webhookCreated, webhook.id, of: webhook.team, by: actor, from: source, at: webhook.createdAt,
                detail: "\(about): \(events)")
            return .commit(.created)
        }
    }

    /// Ends a webhook; what is still on its way to it is given up.
    /// - team: only a webhook of this team.
    /// - Returns: false when there is no such webhook.
    package func deleteWebhook(
        _ id: WebhookID, of team: TeamID, by actor: Actor, from source: CallSource, at now: Timestamp
    ) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            let deleted = try connection.execute(
                "UPDATE webhook SET state = 'deleted', ended_us = $3 WHERE id = $1 AND team_id = $2 AND state <> 'deleted'",
                [SQLValue(id), SQLValue(team), SQLValue(now)])
            guard deleted == 1 else { return .rollback(false) }
            try connection.note(.webhookDeleted, id, of: team, by: actor, from: source, at: now)
            return .commit(true)
        }
    }

    /// A team's webhooks, oldest first; disabled ones included.
    package func webhooks(of team: TeamID) async throws(SQLFailure) -> [Webhook] {
        try await database.read { (connection) throws(SQLFailure) in try connection.webhooks(of: team) }
    }

    /// Removes deleted webhooks of which no delivery is left.
    /// - Returns: how many; at most `limit`.
    package func forgetWebhooks(before cutoff: Timestamp, limit: Int) async throws(SQLFailure) -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            .commit(
                try connection.execute(
                    """
                    DELETE FROM webhook WHERE id IN (
                        SELECT id FROM webhook WHERE state = 'deleted' AND ended_us < $1 AND NOT EXISTS
                            (SELECT 1 FROM webhook_delivery WHERE webhook_delivery.webhook_id = webhook.id)
                        ORDER BY ended_us LIMIT $2)
                    """, [SQLValue(cutoff), SQLValue(limit)]))
        }
    }
}

/// How a registration ended. Only `.created` wrote anything.
package enum WebhookCreation: Sendable, Equatable {
    case created, tooMany
    /// Or it is archived.
    case noSuchTeam
}

enum LiveWebhooks {
    /// Word for word as in the partial index of `webhook`.
    static let condition = "state <> 'deleted'"
}

extension SQLConnection {
    func webhooks(of team: TeamID) throws(SQLFailure) -> [Webhook] {
        try query(
            "SELECT * FROM webhook WHERE team_id = $1 AND \(LiveWebhooks.condition) ORDER BY id", [SQLValue(team)]
        ).map(Webhook.init(row:))
    }

    func note(
        _ action: AuditAction, _ id: WebhookID, of team: TeamID, by actor: Actor, from source: CallSource,
        at now: Timestamp, detail: String? = nil
    ) throws(SQLFailure) {
        try append(
            AuditRecord(
                at: now, actor: actor, team: team, action: action, object: id.text, source: source, detail: detail))
    }
}

extension Webhook {
    init(row: SQLRow) throws(SQLFailure) {
        self.init(
            id: WebhookID(stored: try row.text("id")), team: TeamID(stored: try row.text("team_id")),
            url: try row.text("url"),
            events: Set(try row.lines("events").compactMap { WebhookEvent(rawValue: $0) }),
            state: try row.choice("state"), createdAt: try row.instant("created_us"),
            endedAt: try row.instantIfAny("ended_us"), failuresInARow: try row.number("failures"))
    }
}
