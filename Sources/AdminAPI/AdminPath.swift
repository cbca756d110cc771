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

    package static func job(_ id: String) -> String { "\(jobs)/\(PathSegment.escaped(id))" }
}
