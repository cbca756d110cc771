import GatewayCore
package import VinciAPI

/// Step 5: the one place from which an order goes to Vinci, once.
package struct Forward: Sendable {
    private let pool: KeyPool
    private let metrics: GatewayMetrics

    package init(pool: KeyPool, metrics: GatewayMetrics) {
        self.pool = pool
        self.metrics = metrics
    }

    package func callAsFunction(_ sendable: SendableOrder) async -> SubmitOutcome {
        let slot = sendable.slot
        let reading = await slot.upstream.submit(sendable.order.request)
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
