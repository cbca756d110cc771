import GatewayCore

/// Where Vinci's API lives, e.g. `https://tryvinci.com/api`: the only address a real key is ever sent to.
///
/// HTTPS, or plain HTTP to this very machine. Host and path are kept to characters that every URL parser reads alike, so
/// what was checked here is what is connected to.
package struct UpstreamBaseURL: Sendable, Hashable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http, https
    }

    package let scheme: Scheme
    /// In lower case; an IPv6 address stands in brackets.
    package let host: String
    /// Whether this is a Vinci on this very machine, as in the demo and in tests.
    package let isLoopback: Bool
    package let port: Int?
    /// Empty, or `/segment…` without a slash at the end.
    package let path: String

    package init(_ text: String) throws(UpstreamBaseURLProblem) {
        guard !text.contains("?"), !text.contains("#") else { throw .queryOrFragment }
        let (scheme, rest) = try Self.scheme(of: text)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else { throw .userInfo }

        let (hostText, portText) = Self.split(authority)
        guard let host = DestinationHost(hostText) else { throw .invalidHost }
        guard scheme == .https || host.isLoopback else { throw .plainHTTPBeyondThisMachine(host: host.text) }

        self.scheme = scheme
        self.host = host.text
        isLoopback = host.isLoopback
        self.port = try Self.port(portText)
        self.path = try Self.path(rest[slash...])
    }

    /// The URL in its one spelling; call paths of `VinciPath` are appended to it.
    package var description: String {
        "\(scheme.rawValue)://\(host)\(port.map { ":\($0)" } ?? "")\(path)"
    }
}

/// Why a text is no ``UpstreamBaseURL``; the description says what to write instead.
package enum UpstreamBaseURLProblem: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownScheme
    case plainHTTPBeyondThisMachine(host: String)
    case userInfo
    case queryOrFragment
    case invalidHost
    case invalidPort
    case invalidPath

    package var description: String {
        switch self {
        case .unknownScheme: "must begin with https:// (or http:// for a loopback host)"
        case .plainHTTPBeyondThisMachine(let host):
            "must be https: http would send the key in the clear to \(host), which is not this machine"
        case .userInfo: "must not contain a user name or password"
        case .queryOrFragment: "must not contain ? or #"
        case .invalidHost: "needs a host name of letters, digits, '-' and '.', or an IP address"
        case .invalidPort: "needs a port between 1 and 65535 after the colon"
        case .invalidPath: "may have a path of letters, digits and . _ ~ - between single slashes only"
        }
    }
}

extension UpstreamBaseURL {
    private static func scheme(of text: String) throws(UpstreamBaseURLProblem) -> (Scheme, Substring) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let scheme = Scheme(rawValue: parts[0].lowercased()) else { throw .unknownScheme }
        return (scheme, parts[1])
    }

    /// Cuts at the last colon outside of brackets; the port is nil when there is none.
    private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else {
            return (authority, nil)
        }
        return (authority[..<colon], authority[authority.index(after: colon)...])
    }

    private static func port(_ text: Substring?) throws(UpstreamBaseURLProblem) -> Int? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy(isDigit), let port = Int(text), (1...65_535).contains(port) else {
            throw .invalidPort
        }
        return port
    }

    private static func path(_ text: Substring) throws(UpstreamBaseURLProblem) -> String {
        let trimmed = text.hasSuffix("/") ? text.dropLast() : text
        guard !trimmed.isEmpty else { return "" }
        let segments = trimmed.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy(isPlainSegment) else { throw .invalidPath }
        return String(trimmed)
    }

    private static func isPlainSegment(_ segment: Substring) -> Bool {
        guard !segment.isEmpty, segment != ".", segment != ".." else { return false }
        return segment.utf8.allSatisfy { byte in
            isLetter(byte) || isDigit(byte) || "._~-".utf8.contains(byte)
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}
