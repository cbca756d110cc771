package import GatewayCore

/// A webhook that this process alone delivers to, with what is due.
package struct ClaimedWebhook: Sendable {
    package struct Message: Sendable {
        package let delivery: WebhookDelivery
        package let payload: String
    }

    package let webhook: Webhook
    package let sealedSecret: [UInt8]
    /// Longest due first.
    package let due: [Message]
}

/// What became of a delivery by an attempt.
package enum WebhookProgress: Sendable, Equatable {
    case delivered, givenUp
    case retried(at: Timestamp)
    /// Given up with everything else: the endpoint wants no more.
    case disabled
}

/// An attempt's end as it went on record.
package struct WebhookRecord: Sendable, Equatable {
    /// Nil when nobody waits for the delivery any more: it was removed.
    package let progress: WebhookProgress?
    /// Whether more may be sent to the webhook.
    package let isActive: Bool

    package init(progress: WebhookProgress?, isActive: Bool) {
        self.progress = progress
        self.isActive = isActive
    }
}

/// An attempt that has ended.
package struct WebhookAttempt: Sendable {
    package var delivery: WebhookDeliveryID
    package var webhook: WebhookID
    /// The process that made it.
    package var holder: ProcessID
    package var answer: WebhookAnswer
    package var jitter: RetryPlan.Jitter
    /// Whether the turn of the webhook ends with it.
    package var endsTurn: Bool

    package init(
        delivery: WebhookDeliveryID, webhook: WebhookID, holder: ProcessID, answer: WebhookAnswer,
        jitter: RetryPlan.Jitter, endsTurn: Bool
    ) {
        self.delivery = delivery
        self.webhook = webhook
        self.holder = holder
        self.answer = answer
        self.jitter = jitter
        self.endsTurn = endsTurn
    }
}
