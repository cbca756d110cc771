import GatewayStore
import SQLDatabase
import SQLiteDatabase

/// What one seed came to.
struct SeedReport: Sendable {
    let seed: UInt64
    let digest: UInt64
    let steps: Int
    /// Microseconds of the world's time.
    let elapsed: Int64
    /// The longest that a client waited for an answer.
    let longestWait: Int64
    let violations: [Violation]
    let coverage: Coverage
    /// Only of a run that keeps its trace.
    let lines: [String]
}

/// Plays worlds on the current thread, one after the other, on one store that is emptied in between.
final class SeedPlayer {
    /// Steps after which a world that has not come to its end is given up.
    private static let stepsMax = 500_000
    private static let violationsMax = 5

    private let database: SQLiteImmediateDatabase
    private let labels = PeriodLabels()

    private init(_ database: SQLiteImmediateDatabase) { self.database = database }

    static func run<Value>(_ use: (SeedPlayer) throws -> Value) throws -> Value {
        try SQLiteImmediateDatabase.run { database in
            let player = SeedPlayer(database)
            try player.migrate()
            return try use(player)
        }
    }

    func play(_ seed: UInt64, sabotage: Sabotage = .none, isTraced: Bool = false) throws(SQLFailure) -> SeedReport {
        let world = World(seed: seed, on: database, labels: labels, sabotage: sabotage, isTraced: isTraced)
        world.scheduler.beforeStep = { [unowned world] in world.willStep($0) }
        SimulationThread.play(world.scheduler) { tell(world) }
        world.time.forgetAll()
        try database.rewind()
        return SeedReport(
            seed: seed, digest: world.trace.digest, steps: world.scheduler.steps, elapsed: world.time.elapsed,
            longestWait: world.patience.worst, violations: world.violations,
            coverage: world.coverage, lines: world.trace.lines)
    }

    private func tell(_ world: World) {
        let end = Latch()
        world.scheduler.push(as: .world) {
            _ = Task {
                await Story(world: world).tell()
                end.isOpen = true
            }
        }
        while !end.isOpen, world.violations.count < SeedPlayer.violationsMax {
            guard world.scheduler.steps < SeedPlayer.stepsMax else {
                return world.violate("a world comes to its end", "\(world.scheduler.steps) steps")
            }
            if !world.scheduler.step(), !world.time.advance() {
                return world.violate("somebody can always go on", "all wait for ever")
            }
        }
    }

    private func migrate() throws {
        let scheduler = Scheduler(seed: 0, trace: Trace(isKept: false))
        let failure = Box<SQLFailure?>(nil)
        let store = GatewayStore(database)
        SimulationThread.play(scheduler) {
            scheduler.push(as: .world) {
                _ = Task {
                    do throws(SQLFailure) { try await store.migrate() } catch { failure.value = error }
                }
            }
            while scheduler.step() {}
        }
        if let failure = failure.value { throw failure }
        try database.mark()
    }
}

private final class Latch: WorldBound, @unchecked Sendable {
    var isOpen = false
}

private final class Box<Value>: WorldBound, @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
}
