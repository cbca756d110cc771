package import CoreMetrics
package import GatewayCore

/// Everything that is counted, under its Prometheus name. No label holds a path, an id of a job or a secret.
package struct GatewayMetrics: Sendable {
    private let factory: any MetricsFactory
    private let handles: MetricHandles
    private let statusCache: StatusCacheMeter

    package init(factory: any MetricsFactory) {
        self.factory = factory
        handles = MetricHandles(factory)
        statusCache = StatusCacheMeter(factory)
    }

    /// - pattern: of a route, never a path.
    package func route(_ pattern: String) -> RouteMeter { handles.route(pattern) }

    package func job(_ kind: JobKind, outcome: String) {
        count("vinci_gateway_jobs_total", ["kind": kind.rawValue, "outcome": outcome])
    }

    package func spent(_ amount: MicroUSD, team: TeamID, kind: JobKind) {
        factory.makeFloatingPointCounter(
            label: "vinci_gateway_spend_usd_total", dimensions: [("team", team.text), ("kind", kind.rawValue)]
        ).increment(by: amount.approximateDollars)
    }

    package func refusal(code: String) { count("vinci_gateway_refusals_total", ["code": code]) }

    package func upstreamRequest(key: UpstreamKeyID, call: String, status: String) {
        count("vinci_gateway_upstream_requests_total", ["key": key.text, "call": call, "status": status])
    }

    package func statusCache(_ result: StatusDesk.Answer.Cache) { statusCache.count(result) }

    package func eventStreams(_ count: Int) { gauge("vinci_gateway_event_streams", [], Double(count)) }

    package func videoCache(_ result: String) { count("vinci_gateway_video_cache_total", ["result": result]) }

    package func videoCache(bytes: Int) { gauge("vinci_gateway_video_cache_bytes", [], Double(bytes)) }

    /// - outcome: of one attempt.
    package func webhookDelivery(_ outcome: String) {
        count("vinci_gateway_webhook_deliveries_total", ["outcome": outcome])
    }

    package func commit(took duration: Duration) {
        handles.commits.recordNanoseconds(duration.nanoseconds)
    }

    package func eventLoopLag(_ lag: Duration) {
        gauge("vinci_gateway_event_loop_lag_seconds", [], Double(lag.nanoseconds) / 1e9)
    }

    package func openJobs(_ count: Int, state: JobState) {
        gauge("vinci_gateway_jobs_open", [("state", state.rawValue)], Double(count))
    }

    package func budget(_ status: BudgetStatus) {
        let parts = [
            ("limit", status.budget.limit), ("captured", status.figures.captured), ("held", status.figures.held),
        ]
        for (part, amount) in parts {
            gauge(
                "vinci_gateway_budget_usd",
                [
                    ("owner", status.budget.owner.description), ("period", status.budget.period.rawValue),
                    ("part", part),
                ], amount.approximateDollars)
        }
    }

    package func drift(_ amount: MicroUSD) {
        gauge("vinci_gateway_reconcile_drift_usd", [("account", "default")], amount.approximateDollars)
    }

    package func key(_ reading: KeyReading) {
        gauge("vinci_gateway_upstream_key_remaining", [("key", reading.id.text)], Double(reading.remaining))
    }

    private func count(_ name: String, _ labels: KeyValuePairs<String, String>) {
        handles.counter(name, labels).increment(by: 1)
    }

    private func gauge(_ name: String, _ labels: [(String, String)], _ value: Double) {
        factory.makeRecorder(label: name, dimensions: labels, aggregate: false).record(value)
    }
}

extension MicroUSD {
    /// For graphs only; no decision is made on it.
    fileprivate var approximateDollars: Double { Double(count) / 1e6 }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ attoseconds / 1_000_000_000
    }
}
