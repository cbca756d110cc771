package import AdminAPI
package import GatewayCore
package import GatewayStore

extension LedgerReply {
    package init(_ proof: LedgerProof, at now: Timestamp) {
        self.init(
            ok: proof.isSound, checkedAt: now.rfc3339, jobs: proof.jobs, holds: proof.holds,
            budgetPeriods: proof.windows, heldUSD: proof.held.decimal, capturedUSD: proof.captured.decimal,
            violations: proof.violations.map {
                LedgerViolationReply(invariant: $0.invariant, object: $0.object, detail: $0.detail)
            })
    }
}
