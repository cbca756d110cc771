import GatewayCore

/// How long clients wait for an answer, in the world's time.
final class Patience: WorldBound, @unchecked Sendable {
    /// What a client may count on, in microseconds, unless orders may wait longer than this for a free place.
    static let limit: Int64 = 35_000_000

    private unowned let world: World
    private(set) var worst: Int64 = 0

    init(in world: World) { self.world = world }

    /// - took: microseconds, without the time for which the gateway was stopped.
    func note(_ took: Int64) {
        let promised = world.plan.answerWithin.microseconds + 1_000_000
        if promised <= Patience.limit { worst = max(worst, took) }
        if took > max(Patience.limit, promised) {
            world.violate("§3: every call is answered in time", "after \(took) µs")
        }
    }
}
