import Foundation
import GatewayCore
package import GatewayFlow
package import Logging
import Synchronization

/// Log lines as people or programs read them, on one stream.
package struct LogLines: LogHandler {
    package enum Format: Sendable {
        /// `2026-11-22T09:03:59Z info gateway: text key=value`
        case text
        /// One JSON object per line.
        case json
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let label: String
    private let format: Format
    private let sink: LogSink

    package init(label: String, level: Logger.Level, format: Format, sink: LogSink) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.sink = sink
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let fields = all.map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
        switch format {
        case .text: sink.write(textLine(event, fields))
        case .json: sink.write(jsonLine(event, fields))
        }
    }

    private func textLine(_ event: LogEvent, _ fields: [(String, String)]) -> String {
        let tail = fields.map { " \($0.0)=\(LogLines.quotedIfNeeded($0.1))" }.joined()
        return "\(sink.stamp()) \(event.level) \(label): \(LogLines.printable("\(event.message)"))\(tail)\n"
    }

    private func jsonLine(_ event: LogEvent, _ fields: [(String, String)]) -> String {
        var object = ["at": sink.stamp(), "level": "\(event.level)", "logger": label, "message": "\(event.message)"]
        for (name, value) in fields { object["field." + name] = value }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings can always be encoded.
        guard let data = try? encoder.encode(object) else { return "" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// A line stays a line, whatever a client or Vinci sent.
    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let clean = printable(text)
        return clean.contains(" ") || clean.isEmpty ? "\"\(clean.replacing("\"", with: "'"))\"" : clean
    }
}

/// Where lines go. A line that cannot be written at once is dropped and counted: logging never holds an order up.
package final class LogSink: Sendable {
    /// What a pipe takes in one piece.
    private static let lineBytesMax = 4096

    private let descriptor: Int32
    private let clock: any WallClock
    private let drops = Mutex(0)

    /// - descriptor: an open file, usually standard error.
    package init(descriptor: Int32 = 2, clock: any WallClock) {
        self.descriptor = descriptor
        self.clock = clock
    }

    /// Lines that were lost.
    package var dropped: Int { drops.withLock { $0 } }

    func stamp() -> String { Timestamp(seconds: clock.now().seconds).rfc3339 }

    func write(_ line: String) {
        var bytes = Array(line.utf8.prefix(LogSink.lineBytesMax))
        if bytes.count == LogSink.lineBytesMax { bytes[bytes.count - 1] = UInt8(ascii: "\n") }
        // Under the lock, so that what the question found free is not taken by another thread: a pipe that is ready takes
        // a line of this length without blocking.
        drops.withLock { drops in
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 0) == 1, Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
                drops += 1
                return
            }
        }
    }
}
