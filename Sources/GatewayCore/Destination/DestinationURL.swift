/// An absolute http or https URL that somebody else chose, taken apart by one set of rules: what was checked is what is
/// connected to.
///
/// Its text can be a secret (a signed link), so it does not describe itself beyond its host.
package struct DestinationURL: Sendable, Hashable {
    package enum Scheme: String, Sendable {
        case http, https
    }

    package let scheme: Scheme
    package let host: DestinationHost
    package let port: Int
    /// Path and query as they are sent, character by character; begins with a slash.
    package let target: String

    package static let bytesMax = 4096

    package init(_ text: String) throws(DestinationProblem) {
        guard text.utf8.count <= DestinationURL.bytesMax else { throw .tooLong }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let scheme = Scheme(rawValue: parts[0].lowercased()) else { throw .unknownScheme }
        let rest = parts[1]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else { throw .credentials }
        let (hostText, portText) = Self.split(authority)
        guard let host = DestinationHost(hostText) else { throw .invalidHost }
        self.scheme = scheme
        self.host = host
        port = try Self.port(portText) ?? (scheme == .https ? 443 : 80)
        target = try Self.target(rest[end...])
    }

    /// The URL in its one spelling, for the HTTP client; never for a log.
    package var text: String {
        let isUsual = port == (scheme == .https ? 443 : 80)
        return "\(scheme.rawValue)://\(host)\(isUsual ? "" : ":\(port)")\(target)"
    }

    /// Cuts at the last colon outside of brackets; the port is nil when there is none.
    private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else {
            return (authority, nil)
        }
        return (authority[..<colon], authority[authority.index(after: colon)...])
    }

    private static func port(_ text: Substring?) throws(DestinationProblem) -> Int? {
        guard let text else { return nil }
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let port = Int(text),
            (1...65_535).contains(port)
        else { throw .invalidPort }
        return port
    }

    /// The characters of RFC 3986, escapes in full; anything else would be written anew on the way.
    private static func target(_ text: Substring) throws(DestinationProblem) -> String {
        guard !text.contains("#") else { throw .fragment }
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.prefix(2).count(where: isHexadecimal) == 2 else { throw .invalidCharacter }
                rest = rest.dropFirst(2)
            } else {
                guard isDigit(byte) || isLetter(byte) || "-._~!$&'()*+,;=:@/?".utf8.contains(byte) else {
                    throw .invalidCharacter
                }
            }
        }
        return text.hasPrefix("/") ? String(text) : "/" + text
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

extension DestinationURL: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(scheme.rawValue)://\(host):\(port)/…" }
    package var customMirror: Mirror { Mirror(self, children: ["host": host.text]) }
}
