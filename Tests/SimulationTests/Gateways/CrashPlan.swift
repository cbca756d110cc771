/// Where a gateway's process ends.
struct CrashPlan {
    enum Point: CaseIterable {
        /// Between any two of its steps.
        case step
        /// Just before a transaction, and just after one that was committed: its caller never hears of it.
        case beforeWrite, afterWrite
        /// Just before the first byte of an order, with the order on its way, and with the reply in hand.
        case beforePost, afterPost, afterReply
    }

    let point: Point
    /// How many times the point is passed unharmed.
    var spared: Int
}

extension CrashPlan {
    static func drawn(_ dice: Dice) -> CrashPlan {
        let point = dice.pick(Point.allCases)
        switch point {
        case .step: return CrashPlan(point: point, spared: dice.index(400))
        case .beforeWrite, .afterWrite: return CrashPlan(point: point, spared: dice.index(8))
        case .beforePost, .afterPost, .afterReply: return CrashPlan(point: point, spared: dice.index(3))
        }
    }
}
