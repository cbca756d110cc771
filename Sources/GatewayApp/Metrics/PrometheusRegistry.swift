package import CoreMetrics
import Synchronization

/// A swift-metrics backend that keeps every series in memory and prints them in the Prometheus text format.
///
/// Own code because no packaged Prometheus backend is among our dependencies. A series is made at its first use and kept;
/// the labels of this program are few and bounded.
package final class PrometheusRegistry: MetricsFactory {
    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// - help: the `# HELP` line of each family.
    package init(help: [String: String] = [:]) { self.help = help }

    /// All series, by name and labels.
    package func text() -> String {
        let families = families.withLock { $0 }
        return families.keys.sorted().map { name in
            families[name].map { $0.text(name: name, help: help[name]) } ?? ""
        }.joined()
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, kind: .counter)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, kind: .counter)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, kind: .gauge)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, dimensions, kind: aggregate ? .histogram : .gauge)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, kind: .histogram)
    }

    // Series outlive the handles that count in them.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func series(_ name: String, _ labels: [(String, String)], kind: Family.Kind) -> Series {
        let text = PrometheusText.labels(labels)
        return families.withLock { families in
            if let known = families[name]?.series[text] { return known }
            let new = Series(isHistogram: kind == .histogram)
            families[name, default: Family(kind: kind)].series[text] = new
            return new
        }
    }
}

/// All series of one name.
private struct Family: Sendable {
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    let kind: Kind
    /// By their label text.
    var series: [String: Series] = [:]

    func text(name: String, help: String?) -> String {
        let head = (help.map { "# HELP \(name) \($0)\n" } ?? "") + "# TYPE \(name) \(kind.rawValue)\n"
        return head + series.keys.sorted().map { series[$0]?.text(name: name, labels: $0) ?? "" }.joined()
    }
}
