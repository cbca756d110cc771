package import NIOCore

/// Where a connection comes from, as limits count it and the audit writes it: an IP address without a port.
package struct ClientAddress: Sendable, Hashable {
    /// `192.0.2.7` or `2001:db8::1`; `local` for a peer without an IP address.
    package let text: String

    package static let local = ClientAddress(text: "local")

    private init(text: String) { self.text = text }

    /// An IPv4 client of a dual-stack socket gets its plain IPv4 address, so that it is counted once.
    package init(_ address: SocketAddress?) {
        guard let ip = address?.ipAddress else {
            self = .local
            return
        }
        let mapped = "::ffff:"
        self.init(text: ip.hasPrefix(mapped) && ip.contains(".") ? String(ip.dropFirst(mapped.count)) : ip)
    }
}

extension ClientAddress: CustomStringConvertible {
    package var description: String { text }
}
