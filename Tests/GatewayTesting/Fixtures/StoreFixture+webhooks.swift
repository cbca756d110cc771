package import GatewayCore
package import GatewayStore

extension StoreFixture {
    /// Registers a webhook that wants to be told of everything, unless `events` says otherwise.
    package func webhook(
        of team: TeamID, events: Set<WebhookEvent> = Set(WebhookEvent.allCases), at now: Timestamp = .testStart
    ) async throws -> WebhookID {
        let webhook = newWebhook(of: team, events: events, at: now)
        let end = try await store.create(
            webhook, sealedSecret: [1, 2, 3], about: "hooks.example", by: StoreFixture.actor, from: .none)
        guard end == .created else { throw ContractViolation(description: "a webhook was not registered: \(end)") }
        return webhook.id
    }

    package func newWebhook(
        of team: TeamID, events: Set<WebhookEvent> = Set(WebhookEvent.allCases), at now: Timestamp = .testStart
    ) -> Webhook {
        Webhook(
            id: drawn { WebhookID(at: now, using: &$0) }, team: team, url: "https://hooks.example/vinci",
            events: events, createdAt: now)
    }

    /// All of them, latest first.
    package func deliveries(to webhook: WebhookID, of team: TeamID) async throws -> [WebhookDelivery] {
        let found = try await store.deliveries(to: webhook, of: team, before: nil, limit: 1000)
        guard let found else { throw ContractViolation(description: "\(team) has no \(webhook)") }
        return found
    }

    /// What a webhook was told, oldest first within an instant of no certain order.
    package func told(_ webhook: WebhookID, of team: TeamID) async throws -> [WebhookEvent] {
        try await deliveries(to: webhook, of: team).reversed().map(\.event)
    }
}

extension WebhookAttempt {
    /// The last of a turn, made by ``ProcessID/next``.
    package static func sample(
        _ answer: WebhookAnswer, _ delivery: WebhookDeliveryID, to webhook: WebhookID, by holder: ProcessID = .next,
        endsTurn: Bool = true
    ) -> WebhookAttempt {
        WebhookAttempt(
            delivery: delivery, webhook: webhook, holder: holder, answer: answer, jitter: .none, endsTurn: endsTurn)
    }
}

extension RetryPlan {
    package static let sample = RetryPlan(retryFor: .seconds(86_400))
}
