import GatewayCore

/// What people do during one act.
struct Script {
    /// Microseconds.
    let length: Int64
    private(set) var orders: [OrderIntent] = []
    private(set) var acts: [(delay: Int64, act: AdminAct)] = []
    /// When somebody asks what an order would cost, or what is left.
    private(set) var questions: [Int64] = []
    /// When an operator looks into lost outcomes.
    private(set) var resolutions: [Int64] = []

    init(_ dice: Dice, _ plan: WorldPlan, _ cast: Cast, act: Int) {
        // Orders that come at the same time are the dangerous ones.
        length = dice.pick([0, 2_000_000, 10_000_000, 30_000_000])
        for number in 0..<dice.between(2, 6) { orders.append(order(dice, cast, "\(act).\(number)")) }
        for _ in 0..<dice.pick([0, 0, 1, 3]) { acts.append((moment(dice), Script.act(dice, cast))) }
        for _ in 0..<dice.pick([0, 1, 2]) { questions.append(moment(dice)) }
        for _ in 0..<dice.pick([0, 1, 2]) { resolutions.append(moment(dice) + dice.between(0, 40_000_000)) }
    }

    private func moment(_ dice: Dice) -> Int64 { dice.between(0, length) }

    private func order(_ dice: Dice, _ cast: Cast, _ name: String) -> OrderIntent {
        // Few different prompts and keys, so that repetitions of others' orders come up.
        let isCommon = dice.chance(30)
        return OrderIntent(
            delay: moment(dice), customer: cast.anyone(dice), prompt: isCommon ? "a lake" : "scene \(name)",
            seconds: isCommon ? 5 : dice.between(1, 10), key: dice.chance(50) ? "key-\(dice.index(4))" : nil,
            allowsDuplicate: dice.chance(20), patience: dice.chance(25) ? dice.between(10_000, 20_000_000) : nil,
            retries: dice.pick([0, 1, 1, 3]), retryPause: dice.between(0, dice.chance(50) ? 500_000 : 15_000_000),
            changesFields: dice.chance(10), readsStatus: dice.chance(40))
    }

    private static func act(_ dice: Dice, _ cast: Cast) -> AdminAct {
        let owner = dice.pick(cast.owners)
        switch dice.index(12) {
        case 0...6: return .setBudget(.drawn(for: owner, dice))
        case 7, 8: return .removeBudget(owner, dice.pick(BudgetPeriod.allCases))
        case 9: return .suspend(dice.pick(cast.teams), dice.between(100_000, 20_000_000))
        case 10: return .capOpenJobs(dice.pick(cast.teams), dice.chance(70) ? dice.between(1, 4) : nil)
        default: return .revoke(dice.pick(cast.customers))
        }
    }
}
