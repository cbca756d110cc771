import CoreMetrics

/// Status answers by where they came from. All are there from the start: a ratio of them is wrong while one is missing.
struct StatusCacheMeter: Sendable {
    private let hits: any CounterHandler
    private let misses: any CounterHandler
    private let stale: any CounterHandler

    init(_ factory: any MetricsFactory) {
        func counter(_ result: StatusDesk.Answer.Cache) -> any CounterHandler {
            factory.makeCounter(
                label: "vinci_gateway_status_cache_total", dimensions: [("result", result.rawValue)])
        }
        hits = counter(.hit)
        misses = counter(.miss)
        stale = counter(.stale)
    }

    func count(_ result: StatusDesk.Answer.Cache) {
        switch result {
        case .hit: hits.increment(by: 1)
        case .miss: misses.increment(by: 1)
        case .stale: stale.increment(by: 1)
        }
    }
}
