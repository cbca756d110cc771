import CoreMetrics
import Synchronization

/// The answers of one route: how many of each status, and how long they took.
package final class RouteMeter: Sendable {
    private let pattern: String
    private let factory: any MetricsFactory
    private let times: any TimerHandler
    private let counters = Mutex<[Int: any CounterHandler]>([:])

    init(_ pattern: String, _ factory: any MetricsFactory) {
        self.pattern = pattern
        self.factory = factory
        times = factory.makeTimer(label: "vinci_gateway_http_request_seconds", dimensions: [("route", pattern)])
    }

    package func answered(_ status: Int, took duration: Duration) {
        counter(status).increment(by: 1)
        times.recordNanoseconds(duration.nanoseconds)
    }

    private func counter(_ status: Int) -> any CounterHandler {
        counters.withLock { counters in
            if let known = counters[status] { return known }
            let made = factory.makeCounter(
                label: "vinci_gateway_http_requests_total", dimensions: [("route", pattern), ("status", "\(status)")])
            counters[status] = made
            return made
        }
    }
}
