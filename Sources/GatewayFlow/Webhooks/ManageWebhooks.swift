package import GatewayCore
package import GatewayStore

/// A team's webhooks, for the team itself and for administrators.
package struct ManageWebhooks: Sendable {
    /// A new webhook with the secret that signs its messages, which is shown this once.
    package struct New: Sendable {
        package let webhook: Webhook
        package let secret: Secret
    }

    private let store: GatewayStore
    private let masterKey: MasterKey
    private let sender: any WebhookSender
    private let clock: any WallClock

    package init(
        store: GatewayStore, masterKey: MasterKey, sender: any WebhookSender, clock: any WallClock
    ) {
        self.store = store
        self.masterKey = masterKey
        self.sender = sender
        self.clock = clock
    }

    /// The team whose webhooks a caller may see and change.
    /// - Throws: `.invalidRequest` for a token that sees only its own jobs: webhooks are told of all of the team's.
    package func team(of paced: Paced) throws(Refusal) -> TeamID {
        guard !paced.caller.token.ownJobsOnly else {
            throw .invalidRequest(field: "Authorization", rule: "names a token that is bound to its own jobs")
        }
        return paced.caller.team.id
    }

    /// - Throws: `.invalidRequest` for a URL that breaks a rule and for one webhook too many; `.notFound` when the team does
    ///   not exist or is archived.
    package func create(
        _ url: String, _ events: Set<WebhookEvent>, for team: TeamID, by actor: Actor, from source: CallSource
    ) async throws(Refusal) -> New {
        let host: String
        do throws(WebhookURLRefused) { host = try await sender.check(url) } catch {
            throw .invalidRequest(field: "url", rule: error.rule)
        }
        var random = SystemRandomNumberGenerator()
        let now = clock.now()
        let webhook = Webhook(
            id: WebhookID(at: now, using: &random), team: team, url: url, events: events, createdAt: now)
        let secret = WebhookSecret(using: &random)
        let sealed: [UInt8]
        do throws(SealFault) { sealed = try masterKey.seal(secret.text, for: webhook.id) } catch {
            throw .storageUnavailable
        }
        let end = try await storing {
            try await store.create(webhook, sealedSecret: sealed, about: host, by: actor, from: source)
        }
        switch end {
        case .created: return New(webhook: webhook, secret: secret.text)
        case .noSuchTeam: throw .notFound
        case .tooMany:
            throw .invalidRequest(
                field: "url", rule: "is one too many: a team has at most \(Webhook.perTeamMax) webhooks")
        }
    }

    /// Oldest first.
    package func list(of team: TeamID) async throws(Refusal) -> [Webhook] {
        try await storing { try await store.webhooks(of: team) }
    }

    /// - Throws: `.notFound`, also for other teams' webhooks.
    package func delete(
        _ id: WebhookID, of team: TeamID, by actor: Actor, from source: CallSource
    ) async throws(Refusal) {
        let isDeleted = try await storing {
            try await store.deleteWebhook(id, of: team, by: actor, from: source, at: clock.now())
        }
        guard isDeleted else { throw .notFound }
    }

    /// Latest first.
    /// - before: the last id of the page before.
    /// - Throws: `.notFound`, also for other teams' webhooks.
    package func deliveries(
        to id: WebhookID, of team: TeamID, before: WebhookDeliveryID?, limit: Int
    ) async throws(Refusal) -> [WebhookDelivery] {
        let deliveries = try await storing {
            try await store.deliveries(to: id, of: team, before: before, limit: limit)
        }
        guard let deliveries else { throw .notFound }
        return deliveries
    }

    /// Sends it again now, and again for as long as a new event.
    /// - webhook: only a delivery to this one; nil: to any of the team's.
    /// - Throws: `.notFound`, also for other teams' deliveries; `.invalidRequest` when the webhook is disabled.
    package func redeliver(
        _ id: WebhookDeliveryID, to webhook: WebhookID?, of team: TeamID, by actor: Actor, from source: CallSource
    ) async throws(Refusal) -> WebhookDelivery {
        let end = try await storing {
            try await store.redeliver(id, to: webhook, of: team, by: actor, from: source, at: clock.now())
        }
        switch end {
        case .due(let delivery): return delivery
        case .noSuchDelivery: throw .notFound
        case .disabled:
            throw .invalidRequest(
                field: "id", rule: "names a delivery to a webhook that is disabled: its endpoint answered 410")
        }
    }
}
