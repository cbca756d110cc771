import Foundation

/// An IPv4 or IPv6 address. An IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address that it stands for.
package enum IPAddress: Sendable, Hashable {
    case v4(UInt32)
    case v6(UInt128)

    /// - text: four plain decimal numbers, or an IPv6 address without brackets or zone. Every other spelling that some
    ///   resolver would take for an address (`127.1`, `0x7f.0.0.1`, `2130706433`) is none here.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        if let value = IPAddress.octets(text) {
            self = .v4(value)
        } else if let value = IPAddress.groups(text) {
            let isMapped = value >> 32 == 0xFFFF
            self = isMapped ? .v4(UInt32(truncatingIfNeeded: value)) : .v6(value)
        } else {
            return nil
        }
    }

    private static func octets(_ text: String) -> UInt32? {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count == 4 else { return nil }
        var value: UInt32 = 0
        for label in labels {
            let isPlain = label.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard isPlain, label == "0" || !label.hasPrefix("0"), let octet = UInt8(label) else { return nil }
            value = value << 8 | UInt32(octet)
        }
        return value
    }

    private static func groups(_ text: String) -> UInt128? {
        var address = in6_addr()
        guard text.contains(":"), inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { bytes in bytes.reduce(0) { $0 << 8 | UInt128($1) } }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual spelling; IPv6 without brackets.
    package var description: String {
        switch self {
        case .v4(let value):
            return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: value >> $0)) }.joined(separator: ".")
        case .v6(let value):
            var bytes = (0..<16).map { UInt8(truncatingIfNeeded: value >> (120 - 8 * $0)) }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else { return "::" }
            return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}
