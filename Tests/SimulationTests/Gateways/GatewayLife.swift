import GatewayFlow
import SQLDatabase

/// One run of a gateway's process, from its start to its crash or stop. When it is dead, whatever of its code still runs
/// has no effect on the world, and ends by itself: its calls fail, its sleeps are over, its services are cancelled.
final class GatewayLife: WorldBound, @unchecked Sendable {
    enum End { case crashed, stopped, notStarted }

    let owner: Owner
    /// Names this run in the rows of its orders.
    let process: String
    /// How far this machine's calendar is off, in microseconds.
    let skew: Int64
    unowned let world: World
    /// When it began, in the world's time.
    let begun: Int64
    private(set) var isDead = false
    /// Whether it takes calls.
    private(set) var isServing = false
    private(set) var parts: GatewayParts?
    var crashPlan: CrashPlan?
    /// For how long it is stopped when it is about to send an order next, in microseconds.
    var freezeBeforePost: Int64?
    /// Microseconds for which this process was stopped, so far.
    private(set) var frozenTime: Int64 = 0
    private var services: Task<Void, Never>?
    private var isStopping = false
    private var onEnd: ((End) -> Void)?
    private var openCalls: [Int: () -> Void] = [:]
    private var callCount = 0
    private var exchanges: [Exchange] = []
    private var bells: [AsyncStream<Void>.Continuation] = []

    init(_ owner: Owner, process: String, skew: Int64, in world: World) {
        self.owner = owner
        self.process = process
        self.skew = skew
        self.world = world
        begun = world.time.elapsed
    }

    /// Starts the process; returns when it ends.
    func run() async -> End {
        await withCheckedContinuation { continuation in
            onEnd = { continuation.resume(returning: $0) }
            world.scheduler.acting(as: owner) {
                _ = Task { await self.start() }
            }
        }
    }

    private func start() async {
        let parts = GatewayParts(self)
        self.parts = parts
        do throws(StartFault) {
            try await parts.startUp.open()
            try await parts.startUp.resume(bootstrapAdmin: World.adminText)
        } catch {
            return die(.notStarted)
        }
        guard !isDead else { return }
        world.trace.note("up", process)
        services = Task { [self] in
            await parts.serve(withRefresher: world.plan.hasRefresher)
            if !isDead, !isStopping { world.violate("a service ended by itself", process) }
        }
        isServing = true
    }

    /// Ends in good order, as after SIGTERM: no new orders, those under way come to their end.
    func stop() async {
        guard !isDead, let parts else { return }
        isServing = false
        world.trace.note("stopping", process)
        await parts.running.drain()
        // Last of all, the services write what they still know, and sign off.
        isStopping = true
        services?.cancel()
        await services?.value
        die(.stopped)
    }

    func crash() {
        guard !isDead else { return }
        world.trace.note("crash", process)
        world.coverage.count("crash")
        world.calls.noteCrash(of: owner)
        die(.crashed)
    }

    /// Whether the process is still there after this point.
    func survives(_ point: CrashPlan.Point) -> Bool {
        guard !isDead else { return false }
        guard var plan = crashPlan, plan.point == point else { return true }
        plan.spared -= 1
        crashPlan = plan
        guard plan.spared < 0 else { return true }
        crashPlan = nil
        world.coverage.count("crash: \(point)")
        crash()
        return false
    }

    private func die(_ end: End) {
        guard !isDead else { return }
        isDead = true
        isServing = false
        if world.scheduler.isFrozen(owner) { world.scheduler.thaw(owner) }
        services?.cancel()
        world.time.abandon(owner)
        for exchange in exchanges { exchange.abandon() }
        for bell in bells { bell.finish() }
        for call in openCalls.keys.sorted() { openCalls[call]?() }
        openCalls = [:]
        world.scheduler.push(as: .world) { [self] in onEnd?(end) }
    }

    /// After its tasks have ended: nothing may hold on to anything.
    func letGo() {
        parts = nil
        services = nil
        onEnd = nil
        exchanges = []
        bells = []
    }

    /// For the end of a seed: all that a dead process has left behind comes to its end.
    func settled() async {
        await services?.value
        await parts?.running.drain()
    }

    // MARK: Stopped for a while

    /// Between the record of an order and its first byte, where a process that stood still must notice.
    func mayFreezeBeforePost() async {
        guard let length = freezeBeforePost else { return }
        freezeBeforePost = nil
        world.coverage.count("freeze: before a POST")
        freeze(for: length)
        await world.scheduler.pause()
    }

    func freeze(for duration: Int64) {
        guard !isDead, !world.scheduler.isFrozen(owner) else { return }
        world.trace.note("freeze", process)
        world.coverage.count("freeze")
        world.scheduler.freeze(owner)
        world.time.after(duration) { [self] in
            guard world.scheduler.isFrozen(owner) else { return }
            frozenTime += duration
            world.trace.note("thaw", process)
            world.scheduler.thaw(owner)
        }
    }

    // MARK: What it holds open

    func open(_ call: @escaping () -> Void) -> Int {
        callCount += 1
        openCalls[callCount] = call
        return callCount
    }

    func close(_ call: Int) { openCalls[call] = nil }

    func open(_ exchange: Exchange) { exchanges.append(exchange) }
    func close(_ exchange: Exchange) { exchanges.removeAll { $0 === exchange } }

    func wakeUps() -> AsyncStream<Void> {
        let (stream, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        if isDead { bell.finish() } else { bells.append(bell) }
        return stream
    }

    func ring() {
        world.scheduler.acting(as: owner) { for bell in bells { bell.yield() } }
    }
}
