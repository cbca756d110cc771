import CoreMetrics
import Synchronization

/// Counters and timers that were used before: finding one again costs less than having the factory look it up by the text
/// of its labels. Names and labels are few and bounded, as those of ``GatewayMetrics`` are.
final class MetricHandles: Sendable {
    private struct Name: Hashable {
        let label: String
        let values: [String]
    }

    private struct State {
        var counters: [Name: any CounterHandler] = [:]
        var routes: [String: RouteMeter] = [:]
    }

    let commits: any TimerHandler
    private let factory: any MetricsFactory
    private let state = Mutex(State())

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        commits = factory.makeTimer(label: "vinci_gateway_store_commit_seconds", dimensions: [])
    }

    func counter(_ label: String, _ dimensions: KeyValuePairs<String, String>) -> any CounterHandler {
        let name = Name(label: label, values: dimensions.map(\.value))
        return state.withLock { state in
            if let known = state.counters[name] { return known }
            let made = factory.makeCounter(label: label, dimensions: dimensions.map { ($0.key, $0.value) })
            state.counters[name] = made
            return made
        }
    }

    func route(_ pattern: String) -> RouteMeter {
        state.withLock { state in
            if let known = state.routes[pattern] { return known }
            let made = RouteMeter(pattern, factory)
            state.routes[pattern] = made
            return made
        }
    }
}
