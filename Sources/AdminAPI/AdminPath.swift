/// Where each call of the admin API lives on the admin port.
///
/// Ids are put into the path with everything escaped that could change its meaning. A route pattern such as `:id` passes
/// unchanged, so the server takes its routes from here as well.
package enum AdminPath {
    package static let teams = "/admin/v1/teams"
    package static let budgets = "/admin/v1/budgets"
    package static let tokens = "/admin/v1/tokens"
    package static let upstreamKeys = "/admin/v1/upstream-keys"
    package static let jobs = "/admin/v1/jobs"
    package static let usage = "/admin/v1/usage"
    package static let audit = "/admin/v1/audit"
    package static let ledgerVerify = "/admin/v1/ledger/verify"
    package static let reconcile = "/admin/v1/reconcile"
    package static let upstream = "/admin/v1/upstream"
    package static let adminTokens = "/admin/v1/admin-tokens"

    package static func team(_ id: String) -> String { "\(teams)/\(PathSegment.escaped(id))" }
    package static func tokens(ofTeam id: String) -> String { "\(team(id))/tokens" }
    package static func webhooks(ofTeam id: String) -> String { "\(team(id))/webhooks" }
    package static func webhook(_ id: String, ofTeam team: String) -> String {
        "\(webhooks(ofTeam: team))/\(PathSegment.escaped(id))"
    }
    package static func deliveries(ofWebhook id: String, ofTeam team: String) -> String {
        "\(webhook(id, ofTeam: team))/deliveries"
    }
    package static func redeliver(_ delivery: String, ofWebhook id: String, ofTeam team: String) -> String {
        "\(deliveries(ofWebhook: id, ofTeam: team))/\(PathSegment.escaped(delivery))/redeliver"
    }
    package static func token(_ keyID: String) -> String { "\(tokens)/\(PathSegment.escaped(keyID))" }
    package static func upstreamKey(_ id: String) -> String { "\(upstreamKeys)/\(PathSegment.escaped(id))" }
    package static func job(_ id: String) -> String { "\(jobs)/\(PathSegment.escaped(id))" }
    package static func resolve(job id: String) -> String { "\(job(id))/resolve" }
    package static func adminToken(_ id: String) -> String { "\(adminTokens)/\(PathSegment.escaped(id))" }

    /// - ownerKind: ``BudgetOwnerKind`` spelled out, or a route pattern. - period: ``BudgetPeriodName`` likewise.
    package static func budget(ownerKind: String, ownerID: String, period: String) -> String {
        "\(budgets)/\(PathSegment.escaped(ownerKind))/\(PathSegment.escaped(ownerID))/\(PathSegment.escaped(period))"
    }
}

/// Where the gateway's own calls live on the public port.
package enum GatewayPath {
    package static let whoami = "/gateway/v1/whoami"
    package static let quote = "/gateway/v1/quote"
    package static let jobs = "/gateway/v1/jobs"
    package static let webhooks = "/gateway/v1/webhooks"

    package static let videos = "/gateway/v1/videos"

    package static func job(_ id: String) -> String { "\(jobs)/\(PathSegment.escaped(id))" }
    package static func events(_ id: String) -> String { "\(job(id))/events" }
    package static func eventsLink(_ id: String) -> String { "\(events(id))/link" }
    package static func video(_ id: String) -> String { "\(videos)/\(PathSegment.escaped(id))" }
    package static func videoLink(_ id: String) -> String { "\(video(id))/link" }
    package static func webhook(_ id: String) -> String { "\(webhooks)/\(PathSegment.escaped(id))" }
    package static func deliveries(ofWebhook id: String) -> String { "\(webhook(id))/deliveries" }
    package static func redeliver(_ delivery: String) -> String {
        "\(webhooks)/deliveries/\(PathSegment.escaped(delivery))/redeliver"
    }
    package static func redeliver(_ delivery: String, ofWebhook id: String) -> String {
        "\(deliveries(ofWebhook: id))/\(PathSegment.escaped(delivery))/redeliver"
    }
}
