/// A browser origin in its one serialised form: `scheme://host[:port]`, lower case, default port left out.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// Nil for anything but `http` or `https`, a host of letters, digits, `.` and `-` (or a bracketed IPv6 address) and a
    /// port 1…65535. `null`, wildcards, paths and user info are not origins here.
    package init?(_ text: String) {
        // Before lower-casing, which makes a plain `k` of the Kelvin sign.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        guard text.utf8.count <= 300, let schemeEnd = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<schemeEnd.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        guard let (host, port) = Origin.splitHost(text[schemeEnd.upperBound...].lowercased()) else { return nil }
        guard let port else {
            self.text = "\(scheme)://\(host)"
            return
        }
        guard let number = Int(port), (1...65535).contains(number), String(number) == port else { return nil }
        let isDefault = number == (scheme == "https" ? 443 : 80)
        self.text = isDefault ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(number)"
    }

    package var description: String { text }

    private static func splitHost(_ authority: String) -> (host: String, port: String?)? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = String(authority[...end])
            guard host.utf8.dropFirst().dropLast().allSatisfy(isAddressByte), host.utf8.count > 3 else { return nil }
            let rest = authority[authority.index(after: end)...]
            if rest.isEmpty { return (host, nil) }
            return rest.hasPrefix(":") ? (host, String(rest.dropFirst())) : nil
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2, host.utf8.allSatisfy(isHostByte) else {
            return nil
        }
        return (String(host), parts.count == 2 ? String(parts[1]) : nil)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: ":"), UInt8(ascii: "."): true
        default: false
        }
    }
}
