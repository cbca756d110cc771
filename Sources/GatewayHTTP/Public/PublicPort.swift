import GatewayCore
package import GatewayFlow
package import Hummingbird
import NIOCore

/// The routes that apps see.
package struct PublicPort: Sendable {
    package var checks: HeadChecks
    package var directory: Directory
    package var submit: SubmitVideo
    package var readStatus: ReadStatus
    package var follow: FollowJob
    package var readBilling: ReadBilling
    package var tokens: ManageTokens
    package var tokenDefaults: TokenDefaults
    package var describe: DescribeCaller
    package var quote: QuoteOrder
    package var books: ReadBooks
    package var readVideo: ReadVideo
    package var links: SignedLinks
    /// Whether clients are told signed links in place of Vinci's addresses.
    package var rewritesVideoURLs: Bool
    package var webhooks: ManageWebhooks
    package var tally: AuditTally
    package var spool: SpoolDirectory
    package var metrics: GatewayMetrics
    package var clock: any WallClock

    package init(
        checks: HeadChecks, directory: Directory, submit: SubmitVideo, readStatus: ReadStatus, follow: FollowJob,
        readBilling: ReadBilling, tokens: ManageTokens, tokenDefaults: TokenDefaults, describe: DescribeCaller,
        quote: QuoteOrder, books: ReadBooks, readVideo: ReadVideo, links: SignedLinks, rewritesVideoURLs: Bool,
        webhooks: ManageWebhooks, tally: AuditTally, spool: SpoolDirectory, metrics: GatewayMetrics,
        clock: any WallClock
    ) {
        self.checks = checks
        self.directory = directory
        self.submit = submit
        self.readStatus = readStatus
        self.follow = follow
        self.readBilling = readBilling
        self.tokens = tokens
        self.tokenDefaults = tokenDefaults
        self.describe = describe
        self.quote = quote
        self.books = books
        self.readVideo = readVideo
        self.links = links
        self.rewritesVideoURLs = rewritesVideoURLs
        self.webhooks = webhooks
        self.tally = tally
        self.spool = spool
        self.metrics = metrics
        self.clock = clock
    }

    private var urls: VideoURLs { VideoURLs(rewriting: rewritesVideoURLs ? links : nil) }

    /// For the edge of the same port.
    package func hotPath() -> EdgeHotPath {
        EdgeHotPath(
            StatusHotPath(
                calls: PublicCalls(checks: checks, metrics: metrics, clock: clock), readStatus: readStatus,
                urls: urls, crossOrigin: CrossOrigin(directory: directory), meter: metrics.route(StatusRoutes.path)))
    }

    package func router() -> Router<GatewayRequestContext> {
        let router = Router(context: GatewayRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RouteObserver(metrics: metrics))
        router.add(middleware: CrossOrigin(directory: directory))
        let calls = PublicCalls(checks: checks, metrics: metrics, clock: clock)
        OrderRoutes(calls: calls, submit: submit, spool: spool).add(to: router)
        StatusRoutes(calls: calls, readStatus: readStatus, urls: urls).add(to: router)
        EventRoutes(calls: calls, readStatus: readStatus, follow: follow, links: links, urls: urls, tally: tally)
            .add(to: router)
        VideoRoutes(calls: calls, readVideo: readVideo, links: links, tally: tally).add(to: router)
        BillingRoutes(calls: calls, readBilling: readBilling).add(to: router)
        KeyRoutes(calls: calls, tokens: tokens, defaults: tokenDefaults, clock: clock).add(to: router)
        GatewayRoutes(calls: calls, describe: describe, quote: quote, books: books, urls: urls, clock: clock)
            .add(to: router)
        WebhookRoutes(calls: calls, webhooks: webhooks).add(to: router)
        OpenAPIRoutes().add(to: router)
        return router
    }
}
