/// One webhook, without its secret.
package struct WebhookReply: Codable, Sendable, Equatable {
    package var id: String
    package var team: String
    package var url: String
    package var events: [String]
    /// `active`, or `disabled` after its endpoint answered 410.
    package var state: String
    /// Failed attempts since the last one that did not fail.
    package var failuresInARow: Int
    /// RFC 3339, UTC.
    package var createdAt: String
    /// RFC 3339, UTC. Null while active.
    @Nullable package var disabledAt: String?

    package init(
        id: String, team: String, url: String, events: [String], state: String, failuresInARow: Int, createdAt: String,
        disabledAt: String?
    ) {
        self.id = id
        self.team = team
        self.url = url
        self.events = events
        self.state = state
        self.failuresInARow = failuresInARow
        self.createdAt = createdAt
        self.disabledAt = disabledAt
    }

    enum CodingKeys: String, CodingKey {
        case id, team, url, events, state
        case failuresInARow = "failures_in_a_row"
        case createdAt = "created_at"
        case disabledAt = "disabled_at"
    }
}

extension WebhookReply: Listed {
    package static var listName: String { "webhooks" }
}

/// Answer to a registration: the fields of ``WebhookReply`` and, this once, the secret that signs its messages.
package struct NewWebhookReply: Codable, Sendable, Equatable {
    /// `whsec_…`
    package var secret: String
    package var webhook: WebhookReply

    package init(secret: String, webhook: WebhookReply) {
        self.secret = secret
        self.webhook = webhook
    }

    package init(from decoder: any Decoder) throws {
        secret = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .secret)
        webhook = try WebhookReply(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try webhook.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(secret, forKey: .secret)
    }

    enum CodingKeys: String, CodingKey {
        case secret
    }
}

/// One event on its way to one webhook.
package struct WebhookDeliveryReply: Codable, Sendable, Equatable {
    package var id: String
    package var webhookID: String
    /// The `webhook-id` header of every attempt.
    package var eventID: String
    /// The event: `job.completed` …
    package var type: String
    /// `pending`, `delivered` or `given_up`.
    package var state: String
    package var attempts: Int
    /// HTTP status of the last attempt's answer. Null: there was none.
    @Nullable package var lastStatus: Int?
    /// Why the last attempt failed.
    @Nullable package var lastError: String?
    /// RFC 3339, UTC.
    package var createdAt: String
    /// RFC 3339, UTC. Null: never.
    @Nullable package var lastAttemptAt: String?
    /// RFC 3339, UTC. Null unless pending.
    @Nullable package var nextAttemptAt: String?
    /// When it was delivered or given up. RFC 3339, UTC.
    @Nullable package var endedAt: String?

    package init(
        id: String, webhookID: String, eventID: String, type: String, state: String, attempts: Int, lastStatus: Int?,
        lastError: String?, createdAt: String, lastAttemptAt: String?, nextAttemptAt: String?, endedAt: String?
    ) {
        self.id = id
        self.webhookID = webhookID
        self.eventID = eventID
        self.type = type
        self.state = state
        self.attempts = attempts
        self.lastStatus = lastStatus
        self.lastError = lastError
        self.createdAt = createdAt
        self.lastAttemptAt = lastAttemptAt
        self.nextAttemptAt = nextAttemptAt
        self.endedAt = endedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, type, state, attempts
        case webhookID = "webhook_id"
        case eventID = "event_id"
        case lastStatus = "last_status"
        case lastError = "last_error"
        case createdAt = "created_at"
        case lastAttemptAt = "last_attempt_at"
        case nextAttemptAt = "next_attempt_at"
        case endedAt = "ended_at"
    }
}

extension WebhookDeliveryReply: Listed {
    package static var listName: String { "deliveries" }
}
