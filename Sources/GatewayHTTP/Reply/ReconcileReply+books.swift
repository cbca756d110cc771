package import AdminAPI
package import GatewayCore
package import GatewayStore

extension ReconcileReply {
    /// - last: the sample that the figures are of; nil before the first.
    package init(
        _ known: Reconciliation?, last: StoredAccountSample?, isExclusive: Bool, settled: [Job]? = nil
    ) {
        let bounds = known?.baseline.flatMap { baseline in last.flatMap { Bounds($0, since: baseline) } }
        let state =
            if last == nil { "no_sample" } else if known?.baseline == nil {
                "no_baseline"
            } else if known?.drift == .zero {
                "balanced"
            } else { "drift" }
        self.init(
            account: GatewayStore.account, state: state, exclusive: isExclusive, alarm: known?.isAlarmed ?? false,
            closed: known?.isClosed ?? false, sampledAt: last?.at.rfc3339, baselineAt: known?.baseline?.at.rfc3339,
            spentUSD: bounds?.spent.decimal, lowerUSD: bounds?.lower.decimal, upperUSD: bounds?.upper.decimal,
            driftUSD: (known?.drift ?? .zero).decimal, unknownOrders: last?.unknownOrders,
            settled: settled?.map(\.id.text))
    }
}

private struct Bounds {
    let spent: MicroUSD
    let lower: MicroUSD
    let upper: MicroUSD

    /// Nil for figures beyond 64 bits.
    init?(_ sample: StoredAccountSample, since baseline: AccountBaseline) {
        do {
            spent = try sample.spent.subtracting(baseline.spent)
            lower = try sample.captured.subtracting(baseline.captured)
            upper = try lower.adding(sample.held).adding(sample.toVerify)
        } catch {
            return nil
        }
    }
}
