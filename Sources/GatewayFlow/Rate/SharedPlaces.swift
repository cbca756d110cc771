package import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import ServiceLifecycle
import Synchronization

/// Moves the places of shared limits between this process and the store: fetches some when a limit's are used up here,
/// gives some back when others want them or nobody here does. Idle on a store that one process has to itself.
///
/// Places are fetched in blocks, so a process that is alone pays for them a few times a minute, not with each request.
package final class SharedPlaces: Service {
    /// How long a request waits for places that other processes may give back.
    private static let patience: Duration = .milliseconds(250)
    private static let pause: Duration = .milliseconds(50)
    /// How long a request goes on asking while places come and others of this process are quicker to take them.
    private static let patienceInCrowds: Duration = .seconds(2)
    /// How long a limit that was found without free places is not asked for again: a flood of requests beyond a limit
    /// must not become a flood of transactions.
    private static let pauseWhenNoneFree: Duration = .milliseconds(500)
    /// How long no places are asked for after the store did not answer.
    private static let pauseWhenAway: Duration = .seconds(1)
    private static let interval: Duration = .seconds(1)

    fileprivate struct State {
        var wanted: [String: PlaceRequest] = [:]
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isFetching = false
        /// Limits of which none was free when they were last asked for.
        var noneFree: Set<String> = []
        var pausedUntil: [String: Uptime] = [:]
        /// Limits whose last exchange failed: places may have got lost on the way.
        var inDoubt: Set<String> = []
        /// Whether an exchange is under way, and who comes after it.
        var isExchanging = false
        var turns: [CheckedContinuation<Void, Never>] = []
        /// Assumed until the store says: a limit that is divided wrongly must be divided too much.
        var processes = 10
    }

    private let state = Mutex(State())
    private let holders: [any PlaceHolder]
    private let store: GatewayStore
    private let lease: ProcessLease
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(
        limiter: RateLimiter, pool: KeyPool, store: GatewayStore, lease: ProcessLease, clock: any WallClock,
        sleeper: any Clock<Duration>, logger: Logger
    ) {
        holders = [limiter, pool]
        self.store = store
        self.lease = lease
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    /// ``RateLimiter/admit(_:at:)``, with places from elsewhere when those here are used up.
    /// - version: of the directory that the permit rests on.
    package func admit(
        _ permit: Permit, by limiter: RateLimiter, version: Int64
    ) async throws(Refusal) -> Paced {
        let deadline = clock.uptime().adding(SharedPlaces.patienceInCrowds)
        // Places come in blocks: of a crowd that waited for one, some find it used up again and ask for the next.
        repeat {
            do throws(Refusal) {
                return try limiter.admit(permit, at: clock.uptime())
            } catch {
                // Some may have come for others meanwhile; then there is nothing to ask for.
                guard let missing = limiter.missing(for: permit, version: version, at: clock.uptime()) else { continue }
                guard !missing.isEmpty, await fetch(missing) else { throw error }
            }
        } while clock.uptime() < deadline
        return try limiter.admit(permit, at: clock.uptime())
    }

    /// Gets places from the store, or from other processes by way of it.
    /// - Returns: whether something may have come; then it is worth looking again.
    func fetch(_ requests: [PlaceRequest]) async -> Bool {
        let open = state.withLock { state in requests.filter { state.mayAsk($0.key, at: clock.uptime()) } }
        guard !open.isEmpty, store.isShared else { return false }
        let deadline = clock.uptime().adding(SharedPlaces.patience)
        while await !fetchOnce(open) {
            guard clock.uptime() < deadline, (try? await sleeper.sleep(for: SharedPlaces.pause)) != nil else {
                return false
            }
        }
        return true
    }

    package func run() async throws {
        guard store.isShared else { return (try? await gracefulShutdown()) ?? () }
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in self.store.wakeUps() { await self.answerCalls() } }
                group.addTask {
                    while (try? await self.sleeper.sleep(for: SharedPlaces.interval)) != nil { await self.tidy() }
                }
            }
        }
        await exchange { [self] now in giveBack(surrenderAll(idleOnly: false, at: now)) }
    }

    /// The places are others' now.
    func loseAll() { for holder in holders { holder.loseAll() } }

    // MARK: Fetching

    /// Many requests at once share one transaction.
    /// - Returns: whether something may have come.
    private func fetchOnce(_ requests: [PlaceRequest]) async -> Bool {
        await ask(for: requests)
        return state.withLock { state in requests.contains { !state.noneFree.contains($0.key) } }
    }

    private func ask(for requests: [PlaceRequest]) async {
        await withCheckedContinuation { continuation in
            let begins = state.withLock { state in
                for request in requests { state.wanted[request.key] = request }
                state.waiting.append(continuation)
                defer { state.isFetching = true }
                return !state.isFetching
            }
            // A task of its own: the request that came first may go away.
            if begins { Task { await fetchAll() } }
        }
    }

    private func fetchAll() async {
        while let (requests, waiting) = state.withLock({ $0.takeBatch() }) {
            await exchange { _ in requests }
            for continuation in waiting { continuation.resume() }
        }
    }

    /// One exchange at a time: while it is under way no place moves here, so that what this process says it has is what
    /// the store must find. What it finds beyond that got lost with an answer, and comes back.
    /// - makeRequests: takes away what is to be given back.
    private func exchange(_ makeRequests: (Uptime) -> [PlaceRequest]) async {
        await waitForTurn()
        var requests = makeRequests(clock.uptime())
        if !requests.isEmpty {
            for index in requests.indices { requests[index].kept = places(of: requests[index].key) }
            await send(requests)
        }
        passTurn()
    }

    private func send(_ requests: [PlaceRequest]) async {
        let process = lease.current
        do throws(SQLFailure) {
            let exchange = try await store.exchange(requests, for: process)
            // Taken for dead meanwhile, it has nothing any more.
            guard process == lease.current else { return }
            let now = clock.uptime()
            for grant in exchange.grants where !grant.rests.isEmpty {
                _ = holders.contains { $0.receive(grant, at: now) }
            }
            state.withLock { $0.note(requests, exchange, until: now.adding(SharedPlaces.pauseWhenNoneFree)) }
            for holder in holders { holder.goOn(withoutStore: nil) }
        } catch {
            logger.warning("places of shared limits cannot be moved", metadata: ["error": "\(error)"])
            let until = clock.uptime().adding(SharedPlaces.pauseWhenAway)
            let processes = state.withLock { state in
                for request in requests {
                    state.pausedUntil[request.key] = until
                    state.inDoubt.insert(request.key)
                }
                // Another may have come since the store was last asked.
                return max(state.processes, 2)
            }
            for holder in holders { holder.goOn(withoutStore: processes) }
        }
    }

    // MARK: Giving back

    /// Gives back what others want and what nobody here needs.
    package func tidy() async {
        state.withLock { $0.forgetOld(at: clock.uptime()) }
        await answerCalls()
        await exchange { [self] now in giveBack(surrenderAll(idleOnly: true, at: now)) + askAgain() }
    }

    private func answerCalls() async {
        do throws(SQLFailure) {
            let calls = try await store.placeCalls(for: lease.current)
            guard !calls.isEmpty else { return }
            await exchange { [self] now in giveBack(surrender(to: calls, at: now)) }
        } catch {
            logger.info("nobody knows which places others want", metadata: ["error": "\(error)"])
        }
    }

    private func surrender(to calls: [PlaceCall], at now: Uptime) -> [String: [Duration]] {
        var returned: [String: [Duration]] = [:]
        for call in calls {
            // Each holder once: a lazy search for the first answer would ask whoever has it twice.
            for holder in holders {
                guard let rests = holder.surrender(call.key, keeping: call.fairShare, at: now) else { continue }
                if !rests.isEmpty { returned[call.key] = rests }
                break
            }
        }
        return returned
    }

    private func surrenderAll(idleOnly: Bool, at now: Uptime) -> [String: [Duration]] {
        holders.reduce(into: [:]) { all, holder in
            all.merge(holder.surrenderIdle(all: !idleOnly, at: now)) { $0 + $1 }
        }
    }

    private func giveBack(_ returned: [String: [Duration]]) -> [PlaceRequest] {
        returned.sorted { $0.key < $1.key }.map { PlaceRequest(returning: $0.value, to: $0.key) }
    }

    /// Nothing to give and nothing wanted: only what is here is told.
    private func askAgain() -> [PlaceRequest] {
        state.withLock { $0.inDoubt }.sorted().map { PlaceRequest(returning: [], to: $0) }
    }

    private func places(of key: String) -> Int { holders.lazy.compactMap { $0.places(of: key) }.first ?? 0 }

    // MARK: Turns

    private func waitForTurn() async {
        await withCheckedContinuation { continuation in
            let isMine = state.withLock { state in
                if state.isExchanging { state.turns.append(continuation) }
                defer { state.isExchanging = true }
                return !state.isExchanging
            }
            if isMine { continuation.resume() }
        }
    }

    private func passTurn() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.turns.isEmpty else {
                state.isExchanging = false
                return nil
            }
            return state.turns.removeFirst()
        }
        next?.resume()
    }
}

extension SharedPlaces.State {
    fileprivate mutating func takeBatch() -> ([PlaceRequest], [CheckedContinuation<Void, Never>])? {
        guard !waiting.isEmpty else {
            isFetching = false
            return nil
        }
        defer {
            wanted = [:]
            waiting = []
        }
        return (Array(wanted.values), waiting)
    }

    fileprivate func mayAsk(_ key: String, at now: Uptime) -> Bool { pausedUntil[key].map { now >= $0 } ?? true }

    fileprivate mutating func note(_ requests: [PlaceRequest], _ exchange: PlaceExchange, until: Uptime) {
        processes = exchange.processes
        inDoubt.subtract(requests.map(\.key))
        let wanted = Set(requests.filter { $0.wanted > 0 }.map(\.key))
        for grant in exchange.grants where wanted.contains(grant.key) {
            if grant.rests.isEmpty {
                noneFree.insert(grant.key)
                pausedUntil[grant.key] = until
            } else {
                noneFree.remove(grant.key)
                pausedUntil[grant.key] = nil
            }
        }
    }

    fileprivate mutating func forgetOld(at now: Uptime) {
        pausedUntil = pausedUntil.filter { $0.value > now }
        noneFree.formIntersection(pausedUntil.keys)
    }
}
