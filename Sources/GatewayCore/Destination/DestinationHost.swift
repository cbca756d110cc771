/// A host name or IP address that means the same to every parser and resolver.
package struct DestinationHost: Sendable, Hashable, CustomStringConvertible {
    /// In lower case; an IPv6 address stands in brackets.
    package let text: String
    /// Set when the host is written as an address, and needs no resolving.
    package let address: IPAddress?

    /// This very machine, as `localhost` or by its address in the usual spelling.
    package var isLoopback: Bool {
        guard let address else { return text == "localhost" }
        if case .v4 = address, text.hasPrefix("[") { return false }
        return address.isLoopback
    }

    package init?(_ raw: some StringProtocol) {
        // Before lower-casing, which makes a plain `k` of the Kelvin sign.
        guard raw.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let text = raw.lowercased()
        if text.hasPrefix("["), text.hasSuffix("]") {
            // A zone ("%eth0") never parses here: it names an interface of this machine, not a host.
            let inner = text.dropFirst().dropLast()
            guard inner.contains(":"), let address = IPAddress(inner) else { return nil }
            self.text = text
            self.address = address
        } else {
            guard Self.isName(text) else { return nil }
            self.text = text
            address = IPAddress(text)
            // Resolvers read "127.1", "0x7f.1" and "010.0.0.1" as addresses, each in its own way: only four plain numbers
            // pass.
            guard address != nil || !Self.endsInNumber(text) else { return nil }
        }
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= 253 && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
    }

    private static func endsInNumber(_ text: String) -> Bool {
        let last = text.utf8.lastIndex(of: UInt8(ascii: ".")).map { text.utf8[$0...].dropFirst() } ?? text.utf8[...]
        return last.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...63).contains(label.utf8.count), !label.hasPrefix("-"), !label.hasSuffix("-") else { return false }
        return label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    package var description: String { text }
}
