import Logging

/// The product's own log lines, among the events of a world.
struct TraceLog: LogHandler {
    let trace: Trace
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    static func logger(_ trace: Trace) -> Logger { Logger(label: "simulation") { _ in TraceLog(trace: trace) } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        trace.remark("log: \(event.message) \(facts.joined(separator: " "))")
    }
}
