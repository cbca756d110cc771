import CoreMetrics
import GatewayCore
import GatewayFlow
import GatewayStore
import Logging
import ServiceLifecycle
import VinciAPI

/// The real flows of one gateway, wired as the program wires them (GatewayApp/Assembly), on the world's store, clock and
/// Vinci.
struct GatewayParts: Sendable {
    let running = RunningOrders()
    let lease: ProcessLease
    let checks: HeadChecks
    let adminChecks: AdminChecks
    let submit: SubmitVideo
    let readStatus: ReadStatus
    let quote: QuoteOrder
    let billing: ReadBilling
    let teams: ManageTeams
    let tokens: ManageTokens
    let resolveUnknown: ResolveUnknown
    let startUp: StartUp
    private let services: [any Service]
    private let refresher: DirectoryRefresher

    init(_ life: GatewayLife) {
        let plan = life.world.plan
        let store = GatewayStore(GatewayDatabase(life: life))
        let (clock, sleeper) = (GatewayWall(life: life), GatewaySleeper(life: life))
        var random = SystemRandomNumberGenerator()
        let lease = ProcessLease(
            ProcessID(using: &random), terms: store.isShared ? .standard : nil, clock: clock)
        self.lease = lease
        let logger = life.world.logger
        let metrics = GatewayMetrics(factory: NOOPMetricsHandler.instance)
        let masterKey = World.masterKey
        let (tally, uses) = (AuditTally(clock: clock), TokenUses())
        let limiter = RateLimiter(isShared: store.isShared)
        let directory = Directory(store: store, hasher: masterKey.credentialHasher)
        let pool = KeyPool(isShared: store.isShared, clock: clock, sleeper: sleeper)
        let places = SharedPlaces(
            limiter: limiter, pool: pool, store: store, lease: lease, clock: clock, sleeper: sleeper, logger: logger)
        pool.fetchPlaces(from: places)
        let upstreamKeys = UpstreamKeys(
            configured: plan.keys.map { UpstreamKeys.Definition($0) }, store: store, masterKey: masterKey, pool: pool,
            connect: { life.world.sabotage.upstream(VinciLine(key: $0.id, life: life), life) }, logger: logger)
        let account = AccountDesk(pool: pool, metrics: metrics, clock: clock, logger: logger)
        let desk = StatusDesk(settings: .init(staleAfter: .seconds(30)), store: store, clock: clock)
        let recorder = StepRecorder(store: store, running: running, clock: clock, sleeper: sleeper, logger: logger)
        let settle = SettleJob(
            price: plan.price, recorder: recorder, desk: desk, metrics: metrics, logger: logger)
        let poll = PollJob(
            pool: pool, store: store, settle: settle, desk: desk, metrics: metrics, clock: clock, logger: logger)
        let tracker = JobTracker(
            settings: .init(intervalMin: .seconds(2), intervalMax: .seconds(10)), poll: poll, pool: pool, lease: lease,
            clock: clock, sleeper: sleeper, logger: logger)
        let takeOver = TakeOver(
            store: store, lease: lease, desk: desk, tracker: tracker, clock: clock, logger: logger)
        let gate = AccountGate()
        let reconcile = Reconcile(
            terms: Reconciliation.Terms(), store: store, account: account, gate: gate, recorder: recorder, desk: desk,
            metrics: metrics, clock: clock, logger: logger)
        let withdraw = WithdrawUnsent(recorder: recorder, desk: desk)
        let orders = SubmitVideo.Settings(
            price: plan.price, openJobsMaxDefault: plan.openJobsMax, answerWithin: plan.answerWithin)

        checks = HeadChecks(
            directory: directory, limiter: limiter, places: places, tally: tally, uses: uses, clock: clock)
        adminChecks = AdminChecks(directory: directory, tally: tally, clock: clock)
        submit = SubmitVideo(
            settings: orders,
            placeHold: PlaceHold(
                settings: .init(duplicateWindow: plan.duplicateWindow), store: store, pool: pool,
                masterKey: masterKey, lease: lease, gate: gate, withdraw: withdraw, clock: clock, sleeper: sleeper),
            dispatch: Dispatch(
                slotWait: plan.slotWait, store: store, pool: pool, withdraw: withdraw, clock: clock, logger: logger),
            forward: Forward(pool: pool, lease: lease, metrics: metrics, clock: clock),
            resolve: Resolve(
                store: store, lease: lease, recorder: recorder, desk: desk, tracker: tracker, pool: pool,
                metrics: metrics, logger: logger),
            running: running, clock: clock, sleeper: sleeper)
        readStatus = ReadStatus(
            maxAge: .seconds(5), store: store, desk: desk, tracker: tracker, tally: tally, metrics: metrics,
            clock: clock, sleeper: sleeper)
        quote = QuoteOrder(settings: orders, store: store, clock: clock)
        billing = ReadBilling(store: store, account: account, clock: clock)
        teams = ManageTeams(store: store, directory: directory, clock: clock)
        tokens = ManageTokens(
            store: store, directory: directory, hasher: masterKey.credentialHasher, clock: clock)
        resolveUnknown = ResolveUnknown(
            lease: lease, recorder: recorder, desk: desk, tracker: tracker, metrics: metrics)
        startUp = StartUp(
            store: store, directory: directory, upstreamKeys: upstreamKeys, pool: pool, tracker: tracker,
            takeOver: takeOver, gate: gate,
            admins: ManageAdmins(
                store: store, directory: directory, hasher: masterKey.credentialHasher, clock: clock),
            masterKey: masterKey, lease: lease, readiness: Readiness(), clock: clock, logger: logger)
        services = [
            AuditFlusher(store: store, tally: tally, uses: uses, sleeper: sleeper, logger: logger),
            Housekeeping(store: store, clock: clock, sleeper: sleeper, logger: logger),
            ProcessWatch(
                store: store, lease: lease, takeOver: takeOver, tracker: tracker, places: places, clock: clock,
                sleeper: sleeper, logger: logger),
            places,
            tracker,
            Reconciler(reconcile: reconcile, store: store, clock: clock, sleeper: sleeper, logger: logger),
        ]
        refresher = DirectoryRefresher(
            store: store, directory: directory, upstreamKeys: upstreamKeys, gate: gate, sleeper: sleeper,
            logger: logger)
    }

    /// Runs the background services until the task is cancelled.
    func serve(withRefresher: Bool) async {
        await withDiscardingTaskGroup { group in
            for service in services { group.addTask { try? await service.run() } }
            if withRefresher { group.addTask { try? await refresher.run() } }
        }
    }
}

extension UpstreamKeys.Definition {
    fileprivate init(_ key: WorldPlan.Key) {
        self.init(id: key.id, secret: Secret(key.id.text), requestsPerMinute: key.requestsPerMinute)
    }
}
