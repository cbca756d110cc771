import Foundation

/// Random numbers that a seed repeats: SplitMix64 (Steele, Lea, Flood 2014). Fast, and good enough for tests only.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in `percent` of a hundred cases.
    package mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// The arguments of a random test, so that a failure names its seed:
    ///
    ///     @Test(arguments: SeededRandom.seeds(200)) func holds(seed: UInt64) { var random = SeededRandom(seed: seed) … }
    ///
    /// - count: how many to try, unless the environment variable `VINCI_TEST_SEEDS` says otherwise: another number, or
    ///   the first and the last of a long campaign's part, as in `1001-2000`. `VINCI_TEST_SEED` runs a single one again.
    package static func seeds(_ count: Int) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["VINCI_TEST_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let wanted = (environment["VINCI_TEST_SEEDS"] ?? "").split(separator: "-").compactMap { UInt64($0) }
        let last = max(1, wanted.last ?? UInt64(count))
        return Array(min(wanted.count > 1 ? wanted[0] : 1, last)...last)
    }
}
