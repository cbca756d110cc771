import GatewayCore
package import GatewayFlow
package import Hummingbird

/// The routes that administrators and probes see.
package struct AdminPort: Sendable {
    package var checks: AdminChecks
    package var teams: ManageTeams
    package var tokens: ManageTokens
    package var tokenDefaults: TokenDefaults
    package var webhooks: ManageWebhooks
    package var admins: ManageAdmins
    package var upstreamKeys: ManageUpstreamKeys
    package var account: AccountDesk
    package var upstreamBaseURL: String
    package var books: ReadBooks
    package var resolve: ResolveUnknown
    package var reconcile: Reconcile
    package var readiness: Readiness
    package var metrics: GatewayMetrics
    package var exportMetrics: @Sendable () -> String
    package var clock: any WallClock

    package init(
        checks: AdminChecks, teams: ManageTeams, tokens: ManageTokens, tokenDefaults: TokenDefaults,
        webhooks: ManageWebhooks, admins: ManageAdmins, upstreamKeys: ManageUpstreamKeys, account: AccountDesk,
        upstreamBaseURL: String,
        books: ReadBooks,
        resolve: ResolveUnknown, reconcile: Reconcile, readiness: Readiness, metrics: GatewayMetrics,
        exportMetrics: @escaping @Sendable () -> String, clock: any WallClock
    ) {
        self.checks = checks
        self.teams = teams
        self.tokens = tokens
        self.tokenDefaults = tokenDefaults
        self.webhooks = webhooks
        self.admins = admins
        self.upstreamKeys = upstreamKeys
        self.account = account
        self.upstreamBaseURL = upstreamBaseURL
        self.books = books
        self.resolve = resolve
        self.reconcile = reconcile
        self.readiness = readiness
        self.metrics = metrics
        self.exportMetrics = exportMetrics
        self.clock = clock
    }

    package func router() -> Router<GatewayRequestContext> {
        let router = Router(context: GatewayRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RouteObserver(metrics: metrics))
        let calls = AdminCalls(checks: checks, metrics: metrics)
        TeamRoutes(calls: calls, teams: teams).add(to: router)
        BudgetRoutes(calls: calls, teams: teams).add(to: router)
        TokenRoutes(calls: calls, tokens: tokens, defaults: tokenDefaults, clock: clock).add(to: router)
        TeamWebhookRoutes(calls: calls, webhooks: webhooks).add(to: router)
        AdminTokenRoutes(calls: calls, admins: admins, clock: clock).add(to: router)
        UpstreamRoutes(calls: calls, keys: upstreamKeys, account: account, baseURL: upstreamBaseURL, clock: clock).add(
            to: router)
        BookRoutes(
            calls: calls, books: books, resolve: resolve, isExclusive: reconcile.isExclusive, clock: clock
        ).add(to: router)
        ReconcileRoutes(calls: calls, books: books, reconcile: reconcile).add(to: router)
        AuditRoutes(calls: calls, books: books).add(to: router)
        HealthRoutes(readiness: readiness, exportMetrics: exportMetrics).add(to: router)
        return router
    }
}
