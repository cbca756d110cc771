import AdminAPI
import GatewayCore
import GatewayFlow

extension WebhookReply {
    init(_ webhook: Webhook) {
        self.init(
            id: webhook.id.text, team: webhook.team.text, url: webhook.url,
            events: webhook.events.sorted().map(\.rawValue), state: webhook.state.rawValue,
            failuresInARow: webhook.failuresInARow, createdAt: webhook.createdAt.rfc3339,
            disabledAt: webhook.endedAt?.rfc3339)
    }
}

extension NewWebhookReply {
    /// The one reply that shows the secret.
    init(_ new: ManageWebhooks.New) { self.init(secret: new.secret.reveal(), webhook: WebhookReply(new.webhook)) }
}

extension WebhookDeliveryReply {
    init(_ delivery: WebhookDelivery) {
        self.init(
            id: delivery.id.text, webhookID: delivery.webhook.text, eventID: delivery.eventID.text,
            type: delivery.event.rawValue, state: delivery.state.rawValue, attempts: delivery.attempts,
            lastStatus: delivery.lastStatus, lastError: delivery.lastError, createdAt: delivery.createdAt.rfc3339,
            lastAttemptAt: delivery.lastAttemptAt?.rfc3339, nextAttemptAt: delivery.nextAttemptAt?.rfc3339,
            endedAt: delivery.endedAt?.rfc3339)
    }
}
