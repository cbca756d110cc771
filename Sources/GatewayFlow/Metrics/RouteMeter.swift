import CoreMetrics
import Synchronization

/// The answers of one route: how many of each status, and how long they took. Nothing is told of a route that nobody asked.
package final class RouteMeter: Sendable {
    private struct Handlers {
        var times: (any TimerHandler)?
        var counters: [Int: any CounterHandler] = [:]
    }

    private let pattern: String
    private let factory: any MetricsFactory
    private let handlers = Mutex(Handlers())

    init(_ pattern: String, _ factory: any MetricsFactory) {
        self.pattern = pattern
        self.factory = factory
    }

    package func answered(_ status: Int, took duration: Duration) {
        counter(status).increment(by: 1)
        times.recordNanoseconds(duration.nanoseconds)
    }

    private func counter(_ status: Int) -> any CounterHandler {
        handlers.withLock { handlers in
            if let known = handlers.counters[status] { return known }
            let made = factory.makeCounter(
                label: "vinci_gateway_http_requests_total", dimensions: [("route", pattern), ("status", "\(status)")])
            handlers.counters[status] = made
            return made
        }
    }

    private var times: any TimerHandler {
        handlers.withLock { handlers in
            if let known = handlers.times { return known }
            let made = factory.makeTimer(
                label: "vinci_gateway_http_request_seconds", dimensions: [("route", pattern)])
            handlers.times = made
            return made
        }
    }
}
