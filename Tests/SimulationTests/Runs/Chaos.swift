import SQLDatabase

/// What goes wrong by itself, apart from Vinci: processes, the store, calendars.
final class Chaos: WorldBound, @unchecked Sendable {
    private unowned let world: World
    private let dice: Dice
    /// Off while a world is set up, and when it has to heal.
    var isOn = false

    init(_ dice: Dice, in world: World) {
        self.dice = dice
        self.world = world
    }

    // MARK: The store

    /// - Returns: nil when a call gets through.
    func storeFailure() -> SQLFailure? {
        guard isOn, dice.chance(world.plan.trouble.store) else { return nil }
        world.coverage.count("store: a call failed")
        return .unavailable(reason: "the connection broke")
    }

    /// Whether the connection breaks during COMMIT: only a store at the other end of a network loses its answer.
    func losesAnswer() -> Bool {
        guard isOn, world.plan.isShared, dice.chance(world.plan.trouble.storeAnswers) else { return false }
        world.coverage.count("store: in doubt")
        world.store.noteFailure()
        return true
    }

    /// - Returns: microseconds; zero: others that are ready may go first; nil: at once.
    func storeDelay() -> Int64? {
        guard isOn else { return nil }
        if dice.chance(world.plan.trouble.storeDelays) {
            return dice.chance(5) ? dice.between(200_000, 1_500_000) : dice.between(100, 20_000)
        }
        return dice.chance(world.plan.trouble.storeTurns) ? 0 : nil
    }

    private func outage(after delay: Int64) async {
        await world.sleep(delay)
        let kind = dice.chance(30) ? SharedStore.Outage.full : .unreachable
        world.trace.note("outage", "\(kind)")
        world.coverage.count("store: \(kind)")
        world.store.outage = kind
        await world.sleep(dice.between(100_000, dice.chance(30) ? 25_000_000 : 6_000_000))
        world.store.outage = nil
        world.trace.note("outage over")
    }

    // MARK: Processes

    /// Microseconds until a gateway that ended is started again.
    func restartPause() -> Int64 {
        dice.chance(80) ? dice.between(10_000, 3_000_000) : dice.between(3_000_000, 25_000_000)
    }

    private func crash(after delay: Int64) async {
        await world.sleep(delay)
        dice.pick(world.hosts).life?.crashPlan = CrashPlan.drawn(dice)
    }

    private func freeze(after delay: Int64) async {
        await world.sleep(delay)
        let length: Int64 = dice.between(500_000, dice.chance(50) ? 5_000_000 : 35_000_000)
        guard let life = dice.pick(world.hosts).life else { return }
        if dice.chance(50) {
            life.freezeBeforePost = length
        } else {
            life.freeze(for: length)
        }
        await world.sleep(length)
    }

    private func stop(after delay: Int64) async {
        await world.sleep(delay)
        guard let life = dice.pick(world.hosts).life else { return }
        world.coverage.count("stop in good order")
        await life.stop()
    }

    // MARK: Calendars

    private func moveDate(after delay: Int64) async {
        await world.sleep(delay)
        let distance: Int64 = dice.chance(60) ? -dice.between(1, 5_000_000) : dice.between(1, 90_000_000)
        world.moveDate(by: distance)
    }

    /// All that goes wrong during an act of this length, in microseconds.
    func run(for length: Int64) async {
        await withDiscardingTaskGroup { group in
            for delay in drawn(world.plan.crashesMax, in: length) { group.addTask { await self.crash(after: delay) } }
            for delay in drawn(world.plan.freezesMax, in: length) { group.addTask { await self.freeze(after: delay) } }
            for delay in drawn(world.plan.outagesMax, in: length) { group.addTask { await self.outage(after: delay) } }
            for delay in drawn(world.plan.stopsMax, in: length) { group.addTask { await self.stop(after: delay) } }
            if dice.chance(30) {
                let delay = dice.between(0, length)
                group.addTask { await self.moveDate(after: delay) }
            }
        }
    }

    private func drawn(_ countMax: Int, in length: Int64) -> [Int64] {
        (0..<dice.between(0, countMax)).map { _ in dice.between(0, length) }
    }
}
