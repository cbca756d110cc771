import GatewayTesting

/// One stream of chances of a world. Each purpose has its own, so that one more draw for one of them does not change all
/// the others.
final class Dice: WorldBound, @unchecked Sendable {
    enum Purpose: UInt64 {
        /// What is to happen in this world.
        case plan = 1
        /// Which of the ready jobs runs next.
        case order
        case store, upstream, clients
        /// What the product draws from the system: ids, secrets.
        case product
    }

    private var random: SeededRandom

    init(seed: UInt64, for purpose: Purpose) {
        var mixed = SeededRandom(seed: seed &* 8 &+ purpose.rawValue)
        random = SeededRandom(seed: mixed.next())
    }

    func next() -> UInt64 { random.next() }

    /// 0 ..< count
    func index(_ count: Int) -> Int { Int(truncatingIfNeeded: random.next() >> 1) % count }

    func chance(_ percent: Int) -> Bool { percent > 0 && index(100) < percent }

    func between(_ low: Int64, _ high: Int64) -> Int64 { low + Int64(index(Int(high - low + 1))) }

    func between(_ low: Int, _ high: Int) -> Int { low + index(high - low + 1) }

    func pick<Choice>(_ choices: [Choice]) -> Choice { choices[index(choices.count)] }

    /// - weighted: each choice with how often it comes, relative to the others.
    func pick<Choice>(weighted choices: [(weight: Int, choice: Choice)]) -> Choice {
        var rest = index(choices.reduce(0) { $0 + $1.weight })
        for (weight, choice) in choices {
            if rest < weight { return choice }
            rest -= weight
        }
        return choices[0].choice
    }
}
