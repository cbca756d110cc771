/// Whether the account has spent what the books allow for: L ≤ spent ≤ U since the baseline, with L all captures and U
/// these, all open holds and all releases that are still to be verified.
package struct AccountComparison: Sendable, Equatable {
    package let spent: MicroUSD
    package let lower: MicroUSD
    package let upper: MicroUSD

    /// - Throws: `.overflow` for figures beyond 64 bits.
    package init(_ sample: AccountSample, since baseline: AccountBaseline) throws(MoneyFault) {
        spent = try sample.spent.subtracting(baseline.spent)
        lower = try sample.before.captured.subtracting(baseline.captured)
        var most = try sample.after.captured.subtracting(baseline.captured).adding(sample.after.held)
        for release in sample.after.toVerify { most = try most.adding(release.hold) }
        upper = most
    }

    /// How far the account is outside of the bounds: above zero, it has spent more than the books know of.
    package var drift: MicroUSD {
        if spent > upper { return MicroUSD(count: spent.count - upper.count) }
        return spent < lower ? MicroUSD(count: spent.count - lower.count) : .zero
    }

    /// What the account has spent beyond all captures.
    package var unexplained: MicroUSD { MicroUSD(count: spent.count - lower.count) }
}
