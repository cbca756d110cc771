import GatewayFlow

/// Server-Sent Events as bytes on the wire (WHATWG HTML, 9.2).
enum EventText {
    /// How long a browser waits before it connects again, in milliseconds.
    static let opening = "retry: 2000\n\n"
    /// A comment, which clients skip.
    static let heartbeat = ":\n\n"

    /// - data: any text; each of its lines gets a field of its own, which the client joins again with line feeds.
    static func text(_ event: StreamEvent, data: String) -> String {
        let lines = lines(of: data).joined(separator: "\ndata: ")
        return "event: \(event.kind.rawValue)\nid: \(event.id)\ndata: \(lines)\n\n"
    }

    /// As clients end lines: CR LF, LF or CR, and nothing else that Unicode knows.
    private static func lines(of data: String) -> [Substring] {
        guard data.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
            return [data[...]]
        }
        return data.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }
}
