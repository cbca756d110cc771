import Foundation
import GatewayTesting

/// From where a scenario draws everything that is left to chance, but for the scheduling of processes.
struct ChaosSeed: Sendable, CustomStringConvertible {
    let value: UInt64

    /// Another one in each run; `VINCI_TEST_SEED` repeats one.
    static func draw() -> ChaosSeed {
        let given = ProcessInfo.processInfo.environment["VINCI_TEST_SEED"].flatMap { UInt64($0) }
        return ChaosSeed(value: given ?? .random(in: 1...999_999))
    }

    /// Dice for one purpose.
    func dice(_ purpose: Int) -> SeededRandom { SeededRandom(seed: value &+ UInt64(purpose) &* 0x9E37_79B9) }

    var description: String { "VINCI_TEST_SEED=\(value)" }
}

/// How often the suite does a thing, unless the environment says otherwise.
enum Campaign {
    /// - Returns: `VINCI_TEST_KILLS`, or what the suite does by itself.
    static func kills(_ usual: Int) -> Int {
        ProcessInfo.processInfo.environment["VINCI_TEST_KILLS"].flatMap { Int($0) } ?? usual
    }
}
