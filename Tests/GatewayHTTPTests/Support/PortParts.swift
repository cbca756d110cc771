import CoreMetrics
import Foundation
import GatewayCore
import GatewayFlow
import GatewayHTTP
import GatewayStore
import GuardedHTTP
import NIOPosix
import SQLDatabase
import Testing
import VideoFiles

/// The public port with all of its routes, on parts that must never be reached.
extension PublicPort {
    static func unserved() async throws -> PublicPort {
        let parts = try PortParts(UntouchedDatabase(), SystemWallClock())
        return PublicPort(parts, library: try await parts.library())
    }

    init(_ parts: PortParts, library: VideoLibrary) {
        let store = parts.store
        let clock = parts.clock
        let hasher = parts.masterKey.credentialHasher
        let directory = Directory(store: store, hasher: hasher)
        let limiter = parts.limiter
        let checks = HeadChecks(
            directory: directory, limiter: limiter, places: parts.places, tally: parts.tally, uses: TokenUses(),
            clock: clock)
        let readStatus = ReadStatus(
            maxAge: .seconds(2), store: store, desk: parts.desk, tracker: parts.tracker, tally: parts.tally,
            metrics: parts.metrics, clock: clock, sleeper: parts.sleeper)
        self.init(
            checks: checks, directory: directory, submit: parts.submit, readStatus: readStatus,
            follow: FollowJob(
                readStatus: readStatus, desk: parts.desk, heartbeats: parts.heartbeats, checks: checks,
                tracker: parts.tracker, tally: parts.tally),
            readBilling: ReadBilling(
                store: store,
                account: AccountDesk(pool: parts.pool, metrics: parts.metrics, clock: clock, logger: EdgeHarness.quiet),
                clock: clock),
            tokens: ManageTokens(store: store, directory: directory, hasher: hasher, clock: clock),
            tokenDefaults: TokenDefaults(requestsPerMinute: 10, readsPerMinute: 600),
            describe: DescribeCaller(limiter: limiter, store: store, openJobsMaxDefault: 100, clock: clock),
            quote: QuoteOrder(settings: parts.settings, store: store, clock: clock), books: ReadBooks(store: store),
            readVideo: ReadVideo(store: store, desk: parts.desk, library: library, tally: parts.tally),
            links: SignedLinks(
                signer: parts.masterKey.linkSigner, lifetime: .seconds(900), baseURL: { "http://127.0.0.1" },
                clock: clock),
            rewritesVideoURLs: false,
            webhooks: ManageWebhooks(
                store: store, masterKey: parts.masterKey, sender: UnusedSender(), clock: clock),
            tally: parts.tally,
            spool: SpoolDirectory(path: "/nonexistent", threads: NIOThreadPool.singleton), metrics: parts.metrics,
            clock: clock)
    }
}

/// What a port stands on.
struct PortParts {
    let clock: any WallClock
    let sleeper: any Clock<Duration>
    let store: GatewayStore
    let metrics = GatewayMetrics(factory: NOOPMetricsHandler.instance)
    let masterKey: MasterKey
    let tally: AuditTally
    let pool: KeyPool
    let limiter = RateLimiter()
    let places: SharedPlaces
    let desk: StatusDesk
    let tracker: JobTracker
    let heartbeats: Heartbeats
    let settings: SubmitVideo.Settings
    let submit: SubmitVideo

    init(
        _ database: any SQLDatabase, _ clock: any WallClock, sleeper: any Clock<Duration> = ContinuousClock()
    ) throws {
        self.clock = clock
        self.sleeper = sleeper
        heartbeats = Heartbeats(metrics: metrics, sleeper: sleeper)
        store = GatewayStore(database)
        masterKey = try #require(MasterKey(bytes: [UInt8](repeating: 7, count: MasterKey.byteCount)))
        tally = AuditTally(clock: clock)
        pool = KeyPool(clock: clock, sleeper: sleeper)
        desk = StatusDesk(settings: StatusDesk.Settings(staleAfter: .seconds(30)), store: store, clock: clock)
        let price = Price(perSecond: try MicroUSD(text: "0.05"), holdMarginPercent: 10)
        settings = SubmitVideo.Settings(price: price, openJobsMaxDefault: 100)
        let logger = EdgeHarness.quiet
        let recorder = StepRecorder(
            store: store, running: RunningOrders(), clock: clock, sleeper: sleeper, logger: logger)
        let settle = SettleJob(price: price, recorder: recorder, desk: desk, metrics: metrics, logger: logger)
        let poll = PollJob(
            pool: pool, store: store, settle: settle, desk: desk, metrics: metrics, clock: clock, logger: logger)
        var random = SystemRandomNumberGenerator()
        let lease = ProcessLease(ProcessID(using: &random), terms: nil, clock: clock)
        tracker = JobTracker(
            settings: PollPlanner.Settings(intervalMin: .seconds(2), intervalMax: .seconds(10)),
            poll: poll, pool: pool, lease: lease, clock: clock, sleeper: sleeper, logger: logger)
        places = SharedPlaces(
            limiter: limiter, pool: pool, store: store, lease: lease, clock: clock, sleeper: sleeper, logger: logger)
        let withdraw = WithdrawUnsent(recorder: recorder, desk: desk)
        submit = SubmitVideo(
            settings: settings,
            placeHold: PlaceHold(
                settings: PlaceHold.Settings(duplicateWindow: .seconds(10)), store: store, pool: pool,
                masterKey: masterKey, lease: lease, gate: AccountGate(), withdraw: withdraw, clock: clock,
                sleeper: sleeper),
            dispatch: Dispatch(
                slotWait: .seconds(5), store: store, pool: pool, withdraw: withdraw, clock: clock,
                logger: logger),
            forward: Forward(pool: pool, lease: lease, metrics: metrics, clock: clock),
            resolve: Resolve(
                store: store, lease: lease, recorder: recorder, desk: desk, tracker: tracker, pool: pool,
                metrics: metrics, logger: logger),
            running: RunningOrders(), clock: clock, sleeper: sleeper)
    }
}

extension PortParts {
    /// In a folder that is removed at once: nothing is ever kept in it.
    func library() async throws -> VideoLibrary {
        let path = FileManager.default.temporaryDirectory.appending(path: "unserved-\(UUID().uuidString)").path
        let folder = try await VideoFolder.open(path: path, threads: NIOThreadPool.singleton)
        try FileManager.default.removeItem(atPath: path)
        let fetch = FetchVideo(
            client: GuardedClient(
                rules: DestinationRules(hosts: .listed([]), allowsLoopback: false), resolver: SystemResolver(),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, clock: sleeper),
            limits: GuardedLimits(connect: .seconds(1), stall: .seconds(1), total: .seconds(1), replyBytesMax: 1),
            store: store,
            renew: RenewVideoURL(
                pool: pool, store: store, desk: desk, metrics: metrics, clock: clock, sleeper: sleeper,
                logger: EdgeHarness.quiet), sleeper: sleeper, logger: EdgeHarness.quiet)
        return VideoLibrary(
            settings: VideoLibrary.Settings(bytesMax: 1), folder: folder, fetch: fetch, metrics: metrics,
            clock: clock, sleeper: sleeper, logger: EdgeHarness.quiet)
    }
}

/// Fails the test that reaches it.
private struct UnusedSender: WebhookSender {
    func check(_ url: String) async throws(WebhookURLRefused) -> String {
        Issue.record("nothing is registered here")
        return ""
    }

    func send(_ request: WebhookRequest) async -> WebhookAnswer {
        Issue.record("nothing is sent from here")
        return .gone
    }
}

/// Fails the test that reaches it.
private struct UntouchedDatabase: SQLDatabase {
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        throw touched()
    }

    func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        throw touched()
    }

    func migrate(_ migrations: [Migration]) async throws(SQLFailure) { throw touched() }

    func wakeUps() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

    func close() async {}

    private func touched() -> SQLFailure {
        Issue.record("the description must be served without the database")
        return .unavailable(reason: "not part of this test")
    }
}
