/// One event on its way to one webhook, and what came of it so far.
package struct WebhookDelivery: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case pending, delivered
        case givenUp = "given_up"
    }

    package var id: WebhookDeliveryID
    package var webhook: WebhookID
    package var eventID: WebhookEventID
    package var event: WebhookEvent
    package var state: State
    package var createdAt: Timestamp
    /// Attempts in all.
    package var attempts: Int
    /// Attempts since the event or since the last call for a redelivery: they decide about the next pause.
    package var tries: Int
    /// From when the time for retries counts: the event, or the last call for a redelivery.
    package var retryingSince: Timestamp
    /// Present exactly while pending.
    package var nextAttemptAt: Timestamp?
    package var lastAttemptAt: Timestamp?
    /// HTTP status of the last attempt's answer; nil when there was none.
    package var lastStatus: Int?
    /// Why the last attempt failed, in words for the team.
    package var lastError: String?
    /// When it was delivered or given up.
    package var endedAt: Timestamp?

    package init(
        id: WebhookDeliveryID, webhook: WebhookID, eventID: WebhookEventID, event: WebhookEvent, state: State,
        createdAt: Timestamp, attempts: Int, tries: Int, retryingSince: Timestamp, nextAttemptAt: Timestamp?,
        lastAttemptAt: Timestamp?, lastStatus: Int?, lastError: String?, endedAt: Timestamp?
    ) {
        self.id = id
        self.webhook = webhook
        self.eventID = eventID
        self.event = event
        self.state = state
        self.createdAt = createdAt
        self.attempts = attempts
        self.tries = tries
        self.retryingSince = retryingSince
        self.nextAttemptAt = nextAttemptAt
        self.lastAttemptAt = lastAttemptAt
        self.lastStatus = lastStatus
        self.lastError = lastError
        self.endedAt = endedAt
    }
}

/// How one attempt ended.
package enum WebhookAnswer: Sendable, Hashable {
    /// 2xx.
    case taken(status: Int)
    /// 410: the endpoint wants no more, of anything.
    case gone
    /// Any other status. `retryAfter`: as the endpoint asks.
    case refused(status: Int, retryAfter: Duration?)
    /// No whole answer; in words for the team.
    case none(reason: String)
}

extension WebhookAnswer {
    package var isTaken: Bool {
        if case .taken = self { true } else { false }
    }

    package var status: Int? {
        switch self {
        case .taken(let status), .refused(let status, _): status
        case .gone: 410
        case .none: nil
        }
    }

    /// Why it failed, in words for the team; nil when it did not.
    package var reason: String? {
        switch self {
        case .taken: nil
        case .gone: "the endpoint is gone (410)"
        case .refused(let status, _): "the endpoint answered \(status)"
        case .none(let reason): reason
        }
    }

    package var retryAfter: Duration? {
        if case .refused(_, let pause) = self { pause } else { nil }
    }
}
