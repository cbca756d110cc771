import Synchronization

/// Durations of one kind, gathered from any task.
final class Distribution: Sendable {
    private let values = Mutex<[Duration]>([])

    func add(_ value: Duration) { values.withLock { $0.append(value) } }

    var count: Int { values.withLock { $0.count } }

    /// - percent: 0...100; the smallest value that this share of all values does not exceed.
    func percentile(_ percent: Int) -> Duration {
        let sorted = values.withLock { $0 }.sorted()
        guard !sorted.isEmpty else { return .zero }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    var summary: String {
        "p50 \(percentile(50).inMilliseconds) p99 \(percentile(99).inMilliseconds) max \(percentile(100).inMilliseconds)"
    }
}

extension Duration {
    var inMilliseconds: String { "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) ms" }
}
