/// Where the gateway may be sent by a URL that somebody else chose. Pure: names are resolved elsewhere, and what came of
/// it is judged here.
package struct DestinationRules: Sendable, Hashable {
    package enum Hosts: Sendable, Hashable {
        /// These names and no other, each in lower case.
        case listed(Set<String>)
        case anyPublic
    }

    package let hosts: Hosts
    /// Only while the upstream itself is on this machine: its URLs lead to loopback, over plain http.
    package let allowsLoopback: Bool

    package init(hosts: Hosts, allowsLoopback: Bool) {
        self.hosts = hosts
        self.allowsLoopback = allowsLoopback
    }

    /// Before anything is resolved or connected.
    package func check(_ text: String) throws(DestinationProblem) -> DestinationURL {
        let url = try DestinationURL(text)
        if url.host.isLoopback, allowsLoopback { return url }
        guard url.scheme == .https else { throw .notHTTPS }
        if case .listed(let names) = hosts, !names.contains(url.host.text) { throw .hostNotAllowed(url.host) }
        if let address = url.host.address { _ = try check([address], of: url) }
        return url
    }

    /// - addresses: all that the host's name resolved to.
    /// - Returns: the addresses, each of which may be connected to; not empty.
    package func check(_ addresses: [IPAddress], of url: DestinationURL) throws(DestinationProblem) -> [IPAddress] {
        guard !addresses.isEmpty else { throw .noAddress(url.host) }
        for address in addresses where !permits(address, url.scheme) {
            throw .addressNotPublic(url.host, address)
        }
        return addresses
    }

    private func permits(_ address: IPAddress, _ scheme: DestinationURL.Scheme) -> Bool {
        if address.isLoopback { return allowsLoopback }
        return scheme == .https && address.isPublic
    }
}

/// The rule that a URL breaks; the description completes the sentence "the URL …". Holds nothing of the path or query.
package enum DestinationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    case tooLong
    case unknownScheme
    case notHTTPS
    case credentials
    case fragment
    case invalidHost
    case invalidPort
    case invalidCharacter
    case hostNotAllowed(DestinationHost)
    case noAddress(DestinationHost)
    /// One address that is not public is enough: which one a connection would take is chance.
    case addressNotPublic(DestinationHost, IPAddress)

    package var description: String {
        switch self {
        case .tooLong: "must have at most \(DestinationURL.bytesMax) bytes"
        case .unknownScheme: "must begin with https://"
        case .notHTTPS: "must be https"
        case .credentials: "must not contain a user name or password"
        case .fragment: "must not contain #"
        case .invalidHost: "needs a host name of letters, digits, '-' and '.', or an IP address in its usual form"
        case .invalidPort: "needs a port between 1 and 65535 after the colon"
        case .invalidCharacter: "must escape characters other than letters, digits and -._~!$&'()*+,;=:@/?"
        case .hostNotAllowed(let host): "leads to \(host), which is not among the allowed hosts"
        case .noAddress(let host): "leads to \(host), which has no address"
        // Which address a name has in here is not for those outside.
        case .addressNotPublic(let host, _): "leads to \(host), which is not on the public Internet"
        }
    }
}
