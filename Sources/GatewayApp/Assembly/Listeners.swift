import GatewayCore
import GatewayFlow
import GatewayHTTP
import Hummingbird
import ServiceLifecycle

/// The two ports with their routes.
struct Listeners: Sendable {
    let `public`: any Service
    let admin: any Service

    init(
        _ base: Foundations, _ flows: Flows, viewing: Viewing, videos: Videos, spool: SpoolDirectory,
        publicPort: BoundPort, adminPort: BoundPort
    ) {
        let metrics = base.metrics
        let configuration = base.configuration
        let books = ReadBooks(store: base.store)
        let tokens = ManageTokens(
            store: base.store, directory: flows.directory, hasher: base.masterKey.credentialHasher, clock: base.clock)
        let defaults = TokenDefaults(
            requestsPerMinute: configuration.limits.tokenRequestsPerMinute,
            readsPerMinute: configuration.limits.tokenReadsPerMinute)
        // Each listener counts connections of its own. Administrators' reports and proofs compute for long.
        func tools(_ hotPath: EdgeHotPath? = nil, answersOnLoop: Bool) -> EdgeTools {
            EdgeTools(
                limits: EdgeLimits(), now: base.clock.now, hotPath: hotPath, answersOnLoop: answersOnLoop,
                observe: { metrics.refusal(code: $0.code.rawValue) })
        }
        let apps = PublicPort(
            checks: viewing.checks, directory: flows.directory, submit: flows.submit, readStatus: viewing.readStatus,
            follow: viewing.follow,
            readBilling: ReadBilling(store: base.store, account: flows.account, clock: base.clock),
            tokens: tokens, tokenDefaults: defaults,
            describe: DescribeCaller(
                limiter: flows.limiter, store: base.store,
                openJobsMaxDefault: configuration.limits.openJobsPerTeam, clock: base.clock),
            quote: QuoteOrder(settings: flows.orderSettings, store: base.store, clock: base.clock), books: books,
            readVideo: videos.read, links: viewing.links, rewritesVideoURLs: configuration.videos.rewriteURLs,
            webhooks: flows.webhooks.manage, tally: flows.tally, spool: spool, metrics: metrics, clock: base.clock)
        let owners = AdminPort(
            checks: AdminChecks(directory: flows.directory, tally: flows.tally, clock: base.clock),
            teams: ManageTeams(store: base.store, directory: flows.directory, clock: base.clock), tokens: tokens,
            tokenDefaults: defaults, webhooks: flows.webhooks.manage, admins: flows.admins,
            upstreamKeys: ManageUpstreamKeys(
                store: base.store, keys: flows.upstreamKeys, pool: flows.pool, masterKey: base.masterKey,
                clock: base.clock),
            account: flows.account, upstreamBaseURL: configuration.upstream.baseURL, books: books,
            resolve: ResolveUnknown(
                lease: base.lease,
                recorder: flows.recorder, desk: flows.desk, tracker: flows.tracker, metrics: metrics),
            reconcile: flows.reconcile, readiness: flows.readiness, metrics: metrics,
            exportMetrics: { [registry = base.registry] in registry.text() },
            clock: base.clock)
        let publicHost = configuration.publicPort.host
        let adminHost = configuration.adminPort.host
        `public` = Listener(
            name: "public.port", address: "\(publicHost):\(configuration.publicPort.port)",
            server: EdgeServer(
                address: .hostname(publicHost, port: configuration.publicPort.port),
                inner: apps.router().buildResponder(), tools: tools(apps.hotPath(), answersOnLoop: true),
                eventLoopGroup: base.eventLoopGroup,
                logger: base.logger, onRunning: { publicPort.set($0) }))
        admin = Listener(
            name: "admin.port", address: "\(adminHost):\(configuration.adminPort.port)",
            server: EdgeServer(
                address: .hostname(adminHost, port: configuration.adminPort.port),
                inner: owners.router().buildResponder(),
                tools: tools(answersOnLoop: false),
                eventLoopGroup: base.eventLoopGroup, logger: base.logger, onRunning: { adminPort.set($0) }))
    }
}

/// A server that says which key of the configuration to change when its port cannot be had.
private struct Listener<Server: Service>: Service {
    let name: String
    let address: String
    let server: Server

    func run() async throws {
        do {
            try await server.run()
        } catch is CancellationError {
            return
        } catch {
            throw GatewayFault(.failed, "\(name): cannot listen on \(address): \(error). Is another process using it?")
        }
    }
}
