import CoreMetrics
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Logging
import SQLDatabase
import SQLiteDatabase
import VinciAPI

/// The flows of one gateway around a store in memory, a scripted Vinci and a clock that the test turns.
struct FlowBench {
    let books: StoreFixture
    let clock = ManualClock()
    let upstream: ScriptedUpstream
    let pool: KeyPool
    let directory: Directory
    let limiter: RateLimiter
    let places: SharedPlaces
    let tally: AuditTally
    let desk: StatusDesk
    let recorder: StepRecorder
    let tracker: JobTracker
    let lease: ProcessLease
    let takeOver: TakeOver
    let gate = AccountGate()
    let reconcile: Reconcile
    let submit: SubmitVideo
    let checks: HeadChecks
    let tokens: ManageTokens
    let running: RunningOrders
    let masterKey: MasterKey

    struct NoMasterKey: Error {}

    /// - requestsPerMinute: of the one upstream key, `main`.
    init(
        _ upstream: ScriptedUpstream, requestsPerMinute: Int = 100, slotWait: Duration = .seconds(5),
        margin: Int64 = 10, database: (any SQLDatabase)? = nil, isShared: Bool = false,
        answerWithin: Duration = .seconds(34)
    ) async throws {
        self.upstream = upstream
        let engine = try database ?? SQLiteDatabase.inMemory()
        books = try await StoreFixture(SwitchableDatabase(engine, isShared: isShared))
        guard let masterKey = MasterKey(bytes: Array(repeating: 7, count: MasterKey.byteCount)) else {
            throw NoMasterKey()
        }
        self.masterKey = masterKey
        let wall = clock.wall
        let store = books.store
        let logger = Logger(label: "flow-tests") { _ in SwiftLogNoOpLogHandler() }
        let metrics = GatewayMetrics(factory: NOOPMetricsHandler.instance)
        limiter = RateLimiter(isShared: isShared)
        pool = KeyPool(isShared: isShared, clock: wall, sleeper: clock)
        pool.install([PooledKey(id: .sample, requestsPerMinute: requestsPerMinute, upstream: upstream)])
        directory = Directory(store: store, hasher: masterKey.credentialHasher)
        tally = AuditTally(clock: wall)
        desk = StatusDesk(settings: .init(endedMax: 3, staleAfter: .seconds(30)), store: store, clock: wall)
        let running = RunningOrders()
        self.running = running
        recorder = StepRecorder(store: store, running: running, clock: wall, sleeper: clock, logger: logger)
        let price = Price(perSecond: .cents(5), holdMarginPercent: margin)
        let settle = SettleJob(price: price, recorder: recorder, desk: desk, metrics: metrics, logger: logger)
        let lease = ProcessLease(.next, terms: isShared ? .standard : nil, clock: wall)
        self.lease = lease
        tracker = JobTracker(
            settings: .init(intervalMin: .seconds(2), intervalMax: .seconds(10)),
            poll: PollJob(
                pool: pool, store: store, settle: settle, desk: desk, metrics: metrics, clock: wall, logger: logger),
            pool: pool, lease: lease, clock: wall, sleeper: clock, logger: logger)
        takeOver = TakeOver(store: store, lease: lease, desk: desk, tracker: tracker, clock: wall, logger: logger)
        places = SharedPlaces(
            limiter: limiter, pool: pool, store: store, lease: lease, clock: wall, sleeper: clock, logger: logger)
        pool.fetchPlaces(from: places)
        reconcile = Reconcile(
            terms: Reconciliation.Terms(), store: store,
            account: AccountDesk(pool: pool, metrics: metrics, clock: wall, logger: logger), gate: gate,
            recorder: recorder, desk: desk, metrics: metrics, clock: wall, logger: logger)
        let withdraw = WithdrawUnsent(recorder: recorder, desk: desk)
        submit = SubmitVideo(
            settings: .init(price: price, openJobsMaxDefault: 100, answerWithin: answerWithin),
            placeHold: PlaceHold(
                settings: .init(duplicateWindow: .seconds(10)), store: store, pool: pool, masterKey: masterKey,
                lease: lease, gate: gate, withdraw: withdraw, clock: wall, sleeper: clock),
            dispatch: Dispatch(
                slotWait: slotWait, store: store, pool: pool, withdraw: withdraw, clock: wall,
                logger: logger),
            forward: Forward(pool: pool, lease: lease, metrics: metrics, clock: wall),
            resolve: Resolve(
                store: store, lease: lease, recorder: recorder, desk: desk, tracker: tracker, pool: pool,
                metrics: metrics, logger: logger),
            running: running, clock: wall, sleeper: clock)
        checks = HeadChecks(
            directory: directory, limiter: limiter, places: places, tally: tally, uses: TokenUses(), clock: wall)
        tokens = ManageTokens(store: store, directory: directory, hasher: masterKey.credentialHasher, clock: wall)
    }

    /// A team with a token that may do everything a hundred times a minute.
    func token(
        of team: String = "marketing", scopes: Set<Scope> = Set(Scope.allCases), requestsPerMinute: Int = 100,
        readsPerMinute: Int = 600, origins: Set<Origin> = [], expiresAt: Timestamp? = nil
    ) async throws -> IssuedToken {
        try await tokens.issue(
            TokenRequest(
                name: "app", scopes: scopes, requestsPerMinute: requestsPerMinute, readsPerMinute: readsPerMinute,
                allowedOrigins: origins, expiresAt: expiresAt),
            for: try await books.team(team), by: StoreFixture.actor, from: .none)
    }

    func head(_ token: IssuedToken?, origin: RequestOrigin = .none) -> RequestHead {
        RequestHead(bearer: token?.text.reveal(), origin: origin, source: .none)
    }

    /// Steps 1–3 and the order itself.
    func order(
        _ token: IssuedToken, prompt: String = "a lake", seconds: Int = 5, key: String? = nil,
        allowsDuplicate: Bool = false
    ) async throws -> OrderEnd {
        let paced = try await checks.pass(head(token), for: .orderText)
        return await submit(
            paced, .text(TextToVideoRequest(prompt: prompt, durationSeconds: seconds)),
            OrderOptions(idempotencyKey: key, allowsDuplicate: allowsDuplicate), from: .none)
    }

    /// Signs this process on at a shared store and beats once.
    func watch() async throws -> ProcessWatch {
        try await books.store.register(lease.current, alone: false, at: clock.date)
        let watch = ProcessWatch(
            store: books.store, lease: lease, takeOver: takeOver, tracker: tracker, places: places,
            clock: clock.wall, sleeper: clock,
            logger: Logger(label: "flow-tests") { _ in SwiftLogNoOpLogHandler() })
        await watch.beat()
        return watch
    }

    /// The job once it is in this state, which it reaches without time passing.
    func job(_ id: JobID, reaches state: JobState) async throws -> Job {
        for _ in 0..<10_000 {
            if let job = try await books.store.job(.job(id)), job.state == state { return job }
            await Task.yield()
        }
        throw NeverReached(state: state)
    }

    struct NeverReached: Error { let state: JobState }

    func job(_ end: OrderEnd) async throws -> Job? {
        guard let id = end.job else { return nil }
        return try await books.store.job(.job(id))
    }
}

extension OrderEnd {
    var refusal: Refusal? {
        guard case .failure(let refusal) = answer else { return nil }
        return refusal
    }
}
