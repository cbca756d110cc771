import GatewayCore
package import VinciAPI

/// Step 5: the one place from which an order goes to Vinci, once.
package struct Forward: Sendable {
    /// What is left of the time for the client's answer after Vinci's: to get the outcome on record.
    private static let recordingTime: Duration = .seconds(2)
    private static let patienceMin: Duration = .seconds(1)

    private let pool: KeyPool
    private let lease: ProcessLease
    private let metrics: GatewayMetrics
    private let clock: any WallClock

    package init(pool: KeyPool, lease: ProcessLease, metrics: GatewayMetrics, clock: any WallClock) {
        self.pool = pool
        self.lease = lease
        self.metrics = metrics
        self.clock = clock
    }

    /// - late: told at most once, of a reply that came after this has returned `unknown`.
    package func callAsFunction(
        _ sendable: SendableOrder, late: @escaping @Sendable (SubmitOutcome) async -> Void
    ) async -> SubmitOutcome {
        let slot = sendable.slot
        let left = sendable.order.answerBy.since(clock.uptime()) - Forward.recordingTime
        let terms = SendTerms(
            patience: max(left, Forward.patienceMin),
            isStillOurs: { [lease, process = sendable.process] in lease.isValid(for: process) },
            late: { await late($0.outcome) })
        let reading = await slot.upstream.submit(sendable.order.request, terms)
        pool.note(reading.rateLimit, of: slot.key)
        if let event = reading.outcome.healthEvent { pool.note(event, of: slot.key) }
        metrics.upstreamRequest(key: slot.key, call: "submit", status: reading.outcome.statusLabel)
        return reading.outcome
    }
}

extension SubmitOutcome {
    /// Nil when only the books can tell: whether an accepted order's id is new.
    fileprivate var healthEvent: KeyHealth.Event? {
        switch self {
        case .accepted: nil
        case .notCreated(.rejected): .worked
        case .notCreated(.notSent): .unreachable
        case .notCreated(.keyRejected): .keyRejected
        case .notCreated(.accountEmpty): .accountEmpty
        case .notCreated(.rateLimited(let seconds)): .rateLimited(seconds.map { .seconds($0) })
        case .notCreated(.serverError): .unreachable
        case .unknown: .unknown
        }
    }

    fileprivate var statusLabel: String {
        switch self {
        case .accepted: "200"
        case .notCreated(.rejected(let status, _)), .notCreated(.keyRejected(let status)): "\(status)"
        case .notCreated(.accountEmpty): "402"
        case .notCreated(.rateLimited): "429"
        case .notCreated(.serverError): "500"
        case .notCreated(.notSent): "not_sent"
        case .unknown(let cause): cause.status.map { "\($0)" } ?? "lost"
        }
    }
}
