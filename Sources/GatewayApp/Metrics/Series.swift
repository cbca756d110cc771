import CoreMetrics
import Synchronization

/// One counter, gauge or histogram.
final class Series: Sendable {
    private struct State {
        var value = 0.0
        var count = 0
        var buckets: [Int]
    }

    private let state: Mutex<State>
    private let isHistogram: Bool

    init(isHistogram: Bool) {
        self.isHistogram = isHistogram
        state = Mutex(State(buckets: isHistogram ? Array(repeating: 0, count: PrometheusText.bounds.count) : []))
    }

    func text(name: String, labels: String) -> String {
        let state = state.withLock { $0 }
        guard isHistogram else { return PrometheusText.line(name, labels, state.value) }
        var lines = ""
        var cumulative = 0
        for (bound, count) in zip(PrometheusText.bounds, state.buckets) {
            cumulative += count
            lines += PrometheusText.line(
                name + "_bucket", PrometheusText.adding("le", PrometheusText.number(bound), to: labels),
                Double(cumulative))
        }
        lines += PrometheusText.line(
            name + "_bucket", PrometheusText.adding("le", "+Inf", to: labels), Double(state.count))
        lines += PrometheusText.line(name + "_sum", labels, state.value)
        return lines + PrometheusText.line(name + "_count", labels, Double(state.count))
    }

    private func add(_ amount: Double) { state.withLock { $0.value += amount } }

    private func replace(_ value: Double) { state.withLock { $0.value = value } }

    private func observe(_ value: Double) {
        state.withLock { state in
            state.value += value
            state.count += 1
            if let bucket = PrometheusText.bounds.firstIndex(where: { value <= $0 }) { state.buckets[bucket] += 1 }
        }
    }
}

extension Series: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func reset() { replace(0) }
}

extension Series: MeterHandler, RecorderHandler {
    func set(_ value: Int64) { replace(Double(value)) }
    func set(_ value: Double) { replace(value) }
    func decrement(by amount: Double) { add(-amount) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { isHistogram ? observe(value) : replace(value) }
}

extension Series: TimerHandler {
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
}
