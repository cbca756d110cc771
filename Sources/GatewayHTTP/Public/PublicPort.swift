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
    package var readBilling: ReadBilling
    package var tokens: ManageTokens
    package var tokenDefaults: TokenDefaults
    package var describe: DescribeCaller
    package var quote: QuoteOrder
    package var books: ReadBooks
    package var spool: SpoolDirectory
    package var metrics: GatewayMetrics
    package var clock: any WallClock

    package init(
        checks: HeadChecks, directory: Directory, submit: SubmitVideo, readStatus: ReadStatus,
        readBilling: ReadBilling, tokens: ManageTokens, tokenDefaults: TokenDefaults, describe: DescribeCaller,
        quote: QuoteOrder, books: ReadBooks, spool: SpoolDirectory, metrics: GatewayMetrics, clock: any WallClock
    ) {
        self.checks = checks
        self.directory = directory
        self.submit = submit
        self.readStatus = readStatus
        self.readBilling = readBilling
        self.tokens = tokens
        self.tokenDefaults = tokenDefaults
        self.describe = describe
        self.quote = quote
        self.books = books
        self.spool = spool
        self.metrics = metrics
        self.clock = clock
    }

    package func router() -> Router<GatewayRequestContext> {
        let router = Router(context: GatewayRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RouteObserver(metrics: metrics))
        router.add(middleware: CrossOrigin(directory: directory))
        let calls = PublicCalls(checks: checks, metrics: metrics, clock: clock)
        OrderRoutes(calls: calls, submit: submit, spool: spool).add(to: router)
        StatusRoutes(calls: calls, readStatus: readStatus).add(to: router)
        BillingRoutes(calls: calls, readBilling: readBilling).add(to: router)
        KeyRoutes(calls: calls, tokens: tokens, defaults: tokenDefaults, clock: clock).add(to: router)
        GatewayRoutes(calls: calls, describe: describe, quote: quote, books: books, clock: clock).add(to: router)
        OpenAPIRoutes().add(to: router)
        return router
    }
}
