import GatewayCore
import GatewayFlow
import Logging
import SQLiteDatabase

/// Everything that one seed makes: gateways, their store, Vinci, clients, and time. Nothing outside of it takes part, so
/// the same seed always makes the same world.
final class World: WorldBound, @unchecked Sendable {
    /// Micro-dollars.
    static let pricePerSecond: Int64 = 50_000
    /// How far a gateway's calendar may be off, in microseconds.
    static let skewMax: Int64 = 2_000_000
    static let adminText = Secret("the administrator's credential")
    static let masterKey: MasterKey = {
        guard let key = MasterKey(bytes: Array(repeating: 7, count: MasterKey.byteCount)) else {
            preconditionFailure("a master key has \(MasterKey.byteCount) bytes")
        }
        return key
    }()

    let seed: UInt64
    let plan: WorldPlan
    let sabotage: Sabotage
    let trace: Trace
    let scheduler: Scheduler
    let time: VirtualTime
    let planDice: Dice
    let upstreamDice: Dice
    let clientDice: Dice
    let logger: Logger
    let access = Access()
    private(set) lazy var watch = CommitWatch(in: self, labels: labels)
    private(set) lazy var calls = Calls(in: self)
    private(set) lazy var replies = ReplyCheck(in: self)
    private(set) lazy var patience = Patience(in: self)
    private(set) lazy var vinci = Vinci(paysAtOnce: plan.accountPaysAtOnce, in: self)
    private(set) lazy var rates = RateWitness(in: self)
    private(set) lazy var chaos = Chaos(Dice(seed: seed, for: .store), in: self)
    private(set) lazy var store = SharedStore(database, in: self)
    private(set) lazy var hosts = (0..<plan.hostCount).map { GatewayHost($0, skew: skew($0), in: self) }
    var coverage = Coverage()
    private(set) var violations: [Violation] = []
    /// Calls that a gateway's tasks are still at work on, whether or not somebody waits.
    var openCalls = 0
    private let database: SQLiteImmediateDatabase
    private let labels: PeriodLabels
    private var lifeCount = 0

    init(
        seed: UInt64, on database: SQLiteImmediateDatabase, labels: PeriodLabels, sabotage: Sabotage = .none,
        isTraced: Bool = false
    ) {
        self.seed = seed
        self.database = database
        self.labels = labels
        self.sabotage = sabotage
        planDice = Dice(seed: seed, for: .plan)
        plan = WorldPlan(planDice)
        let trace = Trace(isKept: isTraced)
        self.trace = trace
        scheduler = Scheduler(seed: seed, trace: trace)
        let time = VirtualTime(start: plan.start, scheduler: scheduler)
        self.time = time
        upstreamDice = Dice(seed: seed, for: .upstream)
        clientDice = Dice(seed: seed, for: .clients)
        logger = isTraced ? TraceLog.logger(trace) : Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        trace.now = { time.elapsed }
    }

    func violate(_ rule: String, _ detail: String) {
        trace.note("VIOLATION", "\(rule) – \(detail)")
        violations.append(Violation(seed: seed, rule: rule, detail: detail, at: time.elapsed))
    }

    /// - delay: microseconds.
    func sleep(_ delay: Int64) async { try? await time.sleep(delay) }

    func moveDate(by microseconds: Int64) {
        replies.noteDate()
        time.moveDate(by: microseconds)
        replies.noteDate()
        trace.note("calendar", time.date.rfc3339)
        coverage.count("calendar: \(microseconds < 0 ? "back" : "forward")")
    }

    /// Where a client's connection happens to end up.
    func anyHost() -> GatewayHost? { clientDice.pick(hosts) }

    func newLife(on host: Int, skew: Int64) -> GatewayLife {
        lifeCount += 1
        let life = GatewayLife(
            Owner(number: lifeCount), process: "run_\(lifeCount)_on_\(host)", skew: skew, in: self)
        return life
    }

    /// Something of this owner is about to run; a process may end just before.
    func willStep(_ owner: Owner) {
        guard owner != .world else { return }
        for host in hosts {
            guard let life = host.life, life.owner == owner, life.crashPlan != nil else { continue }
            _ = life.survives(.step)
        }
    }

    /// Somebody has committed what other processes want to know of. Now and then nobody hears the bell.
    func ringBells() {
        for host in hosts {
            guard let life = host.life, upstreamDice.chance(80) else { continue }
            time.after(upstreamDice.between(1_000, 200_000), as: life.owner) { life.ring() }
        }
    }

    private func skew(_ host: Int) -> Int64 {
        host == 0 ? 0 : planDice.between(-World.skewMax, World.skewMax)
    }
}
