import GatewayCore
import GatewayFlow
import GatewayStore
import VinciAPI

/// All use cases, wired.
struct Flows: Sendable {
    let readiness: Readiness
    let running = RunningOrders()
    let limiter: RateLimiter
    let places: SharedPlaces
    let tally: AuditTally
    let uses = TokenUses()
    let directory: Directory
    let pool: KeyPool
    let upstreamKeys: UpstreamKeys
    let account: AccountDesk
    let gate = AccountGate()
    let reconcile: Reconcile
    let desk: StatusDesk
    let tracker: JobTracker
    let takeOver: TakeOver
    let recorder: StepRecorder
    let admins: ManageAdmins
    let submit: SubmitVideo
    let orderSettings: SubmitVideo.Settings
    let webhooks: Webhooks
    let startUp: StartUp

    init(_ base: Foundations) throws(GatewayFault) {
        let configuration = base.configuration
        readiness = Readiness(
            isStoreFull: base.isStoreFull,
            isStoreAway: { [lease = base.lease, isAway = base.isStoreAway] in isAway() || lease.valid == nil })
        tally = AuditTally(clock: base.clock)
        directory = Directory(store: base.store, hasher: base.masterKey.credentialHasher)
        limiter = RateLimiter(isShared: base.store.isShared)
        pool = KeyPool(isShared: base.store.isShared, clock: base.clock, sleeper: base.sleeper)
        places = SharedPlaces(
            limiter: limiter, pool: pool, store: base.store, lease: base.lease, clock: base.clock,
            sleeper: base.sleeper,
            logger: base.logger)
        pool.fetchPlaces(from: places)
        let connections = base.connections
        upstreamKeys = UpstreamKeys(
            configured: configuration.upstream.keys.map {
                UpstreamKeys.Definition(id: $0.id, secret: $0.secret, requestsPerMinute: $0.requestsPerMinute)
            },
            store: base.store, masterKey: base.masterKey, pool: pool, connect: { try connections.connect($0) },
            logger: base.logger)
        account = AccountDesk(pool: pool, metrics: base.metrics, clock: base.clock, logger: base.logger)
        desk = StatusDesk(
            settings: StatusDesk.Settings(staleAfter: configuration.status.pollMax * 3), store: base.store,
            clock: base.clock)
        recorder = StepRecorder(
            store: base.store, running: running, clock: base.clock, sleeper: base.sleeper, logger: base.logger)
        tracker = Flows.tracker(base, pool: pool, desk: desk, recorder: recorder)
        reconcile = Reconcile(
            terms: Reconciliation.Terms(isExclusive: configuration.upstream.accountExclusive), store: base.store,
            account: account, gate: gate, recorder: recorder, desk: desk, metrics: base.metrics, clock: base.clock,
            logger: base.logger)
        takeOver = TakeOver(
            store: base.store, lease: base.lease, desk: desk, tracker: tracker, clock: base.clock, logger: base.logger)
        admins = ManageAdmins(
            store: base.store, directory: directory, hasher: base.masterKey.credentialHasher, clock: base.clock)
        orderSettings = SubmitVideo.Settings(
            price: base.price, openJobsMaxDefault: configuration.limits.openJobsPerTeam,
            answerWithin: Flows.answerWithin(configuration))
        submit = Flows.submit(
            base, settings: orderSettings, pool: pool, gate: gate, desk: desk, tracker: tracker, recorder: recorder,
            running: running)
        webhooks = try Webhooks(base)
        startUp = StartUp(
            store: base.store, directory: directory, upstreamKeys: upstreamKeys, pool: pool, tracker: tracker,
            takeOver: takeOver, gate: gate, admins: admins,
            masterKey: base.masterKey, lease: base.lease, readiness: readiness, clock: base.clock,
            logger: base.logger)
    }

    private static func tracker(
        _ base: Foundations, pool: KeyPool, desk: StatusDesk, recorder: StepRecorder
    ) -> JobTracker {
        let settle = SettleJob(
            price: base.price, recorder: recorder, desk: desk, metrics: base.metrics, logger: base.logger)
        let poll = PollJob(
            pool: pool, store: base.store, settle: settle, desk: desk, metrics: base.metrics, clock: base.clock,
            logger: base.logger)
        let status = base.configuration.status
        return JobTracker(
            settings: PollPlanner.Settings(intervalMin: status.pollMin, intervalMax: status.pollMax),
            poll: poll, pool: pool, lease: base.lease, clock: base.clock, sleeper: base.sleeper, logger: base.logger)
    }

    private static func submit(
        _ base: Foundations, settings: SubmitVideo.Settings, pool: KeyPool, gate: AccountGate, desk: StatusDesk,
        tracker: JobTracker, recorder: StepRecorder, running: RunningOrders
    ) -> SubmitVideo {
        let configuration = base.configuration.submit
        let withdraw = WithdrawUnsent(recorder: recorder, desk: desk)
        return SubmitVideo(
            settings: settings,
            placeHold: PlaceHold(
                settings: PlaceHold.Settings(
                    duplicateWindow: configuration.duplicateWindow,
                    keepsPrompts: base.configuration.audit.prompts), store: base.store,
                pool: pool, masterKey: base.masterKey, lease: base.lease, gate: gate, withdraw: withdraw,
                clock: base.clock,
                sleeper: base.sleeper),
            dispatch: Dispatch(
                slotWait: configuration.slotWait, store: base.store, pool: pool, withdraw: withdraw,
                clock: base.clock, logger: base.logger),
            forward: Forward(pool: pool, lease: base.lease, metrics: base.metrics, clock: base.clock),
            resolve: Resolve(
                store: base.store, lease: base.lease, recorder: recorder, desk: desk, tracker: tracker, pool: pool,
                metrics: base.metrics, logger: base.logger),
            running: running, clock: base.clock, sleeper: base.sleeper)
    }

    /// Vinci's whole time and a little for the books; also a long wait for a free place leaves Vinci some of it.
    private static func answerWithin(_ configuration: GatewayConfiguration) -> Duration {
        let request = configuration.upstream.requestTimeout
        let waiting = configuration.submit.slotWait + min(request, .seconds(10))
        return max(request, waiting) + .seconds(4)
    }
}
