package import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import Synchronization
import VinciAPI

/// Holds the account's own total against the books, and settles unknown orders that it leaves only one answer for.
package struct Reconcile: Sendable {
    package struct Outcome: Sendable {
        package let sample: AccountSample
        package let known: Reconciliation
        /// Nil until there is a baseline.
        package let comparison: AccountComparison?
        package let evidence: ChargeEvidence?
        /// Orders that this sample has settled.
        package let settled: [Job]
    }

    private let terms: Reconciliation.Terms
    private let store: GatewayStore
    private let account: AccountDesk
    private let gate: AccountGate
    private let recorder: StepRecorder
    private let desk: StatusDesk
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let logger: Logger
    private let previous = PreviousSample()

    package init(
        terms: Reconciliation.Terms, store: GatewayStore, account: AccountDesk, gate: AccountGate,
        recorder: StepRecorder, desk: StatusDesk, metrics: GatewayMetrics, clock: any WallClock, logger: Logger
    ) {
        self.terms = terms
        self.store = store
        self.account = account
        self.gate = gate
        self.recorder = recorder
        self.desk = desk
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    package var isExclusive: Bool { terms.isExclusive }

    /// - Returns: nil when Vinci does not tell its total now.
    package func callAsFunction() async throws(Refusal) -> Outcome? {
        let before = try await storing { try await store.accountBooks() }
        guard let balance = await account.freshBalance() else { return nil }
        let after = try await storing { try await store.accountBooks() }
        let earlier = previous.last
        let sample = AccountSample(
            at: clock.now(), takenAt: clock.uptime(), spent: balance.totalSpent, balance: balance.balance,
            before: before, after: after, following: earlier)
        previous.keep(sample)
        return try await conclude(from: sample, after: earlier)
    }

    /// An operator explains the drift of the last sample.
    package func acceptDrift(_ outcome: Outcome, reason: String, _ permit: AdminPermit) async throws(Refusal) {
        guard let comparison = outcome.comparison, comparison.drift != .zero else {
            throw .invalidRequest(
                field: "accept_drift", rule: "has nothing to accept: the account agrees with the books")
        }
        let known = try await storing {
            try await store.acceptDrift(
                reason: reason, by: permit.actor, from: permit.source, at: clock.now()
            ) { known in try? known.accept(comparison) }
        }
        gate.take(known)
    }

    private func conclude(
        from sample: AccountSample, after earlier: AccountSample?
    ) async throws(Refusal) -> Outcome {
        let terms = terms
        let (known, conclusion) = try await storing {
            try await store.record(sample) { known -> Reconciliation.Conclusion? in
                var next = known
                guard let conclusion = try? next.take(sample, after: earlier, terms) else { return nil }
                known = next
                return conclusion
            }
        }
        gate.take(known)
        metrics.drift(known.drift)
        report(known, conclusion)
        let settled = await settle(conclusion)
        return Outcome(
            sample: sample, known: known, comparison: conclusion?.comparison, evidence: conclusion?.evidence,
            settled: settled)
    }

    private func report(_ known: Reconciliation, _ conclusion: Reconciliation.Conclusion?) {
        if known.isAlarmed {
            logger.error(
                "the Vinci account differs from the books",
                metadata: ["drift_usd": "\(known.drift)", "closed": "\(known.isClosed)"])
        }
        if conclusion?.evidence == .undecided, conclusion?.judged.isEmpty == false {
            logger.warning(
                "the account's total does not tell which unknown orders were charged; an operator must decide",
                metadata: ["orders": "\(conclusion?.judged.count ?? 0)"])
        }
    }

    // MARK: Unknown orders

    private func settle(_ conclusion: Reconciliation.Conclusion?) async -> [Job] {
        guard let conclusion, let evidence = conclusion.evidence else { return [] }
        var settled: [Job] = []
        for order in conclusion.judged {
            guard let transition = transition(of: order.job, evidence),
                case .done(let job) = await recorder.record(transition)
            else { continue }
            desk.put(job)
            settled.append(job)
            metrics.job(job.kind, outcome: job.state.rawValue)
            if let cost = job.result?.cost { metrics.spent(cost, team: job.owner.team, kind: job.kind) }
            logger.notice(
                "the account's total has settled an unknown order",
                metadata: ["job": "\(job.id)", "state": "\(job.state.rawValue)"])
        }
        return settled
    }

    private func transition(of job: JobID, _ evidence: ChargeEvidence) -> Transition? {
        switch evidence {
        case .undecided: nil
        case .nothingCharged: notCharged(job)
        case .charged(let charged, let cost):
            if job == charged {
                Transition(
                    .writtenOff, of: job, by: .gateway("reconciler"),
                    result: VideoResult(url: nil, seconds: nil, cost: cost, isCostDerived: false),
                    resolution: .writeOff(cost), reason: "evidence: only this explains the account's total")
            } else {
                notCharged(job)
            }
        }
    }

    private func notCharged(_ job: JobID) -> Transition {
        Transition(
            .notCreated, of: job, by: .gateway("reconciler"), error: "the order was not carried out",
            resolution: .release(verify: false), reason: "evidence: the account has not charged it")
    }
}

/// The sample before, as this process took it: what others took does not matter, since the books would show what
/// happened in between.
private final class PreviousSample: Sendable {
    private let sample = Mutex<AccountSample?>(nil)

    var last: AccountSample? { sample.withLock { $0 } }

    func keep(_ next: AccountSample) { sample.withLock { $0 = next } }
}
