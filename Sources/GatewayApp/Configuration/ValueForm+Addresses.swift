import Foundation

extension ValueForm<String> {
    /// A file or folder.
    static var path: Self {
        ValueForm(
            expected: "a path",
            read: { $0.anyText.flatMap { $0.isEmpty || $0.utf8.contains(0) || $0.looksLikeKey ? nil : $0 } },
            yaml: YAMLText.quotedIfNeeded)
    }

    /// An address to listen on.
    static var host: Self {
        ValueForm(
            expected: "a host name or IP address",
            read: { $0.anyText.flatMap { HostName.isAddress($0) ? $0 : nil } },
            yaml: YAMLText.quotedIfNeeded)
    }

    /// Any http or https address.
    static var webURL: Self {
        ValueForm(
            expected: "an http or https URL without query or credentials",
            read: { $0.anyText.flatMap(WebURL.checked)?.text },
            yaml: YAMLText.quotedIfNeeded)
    }

    /// An address that may be given a real key: nobody on the way may read it.
    static var confidentialURL: Self {
        ValueForm(
            expected: "an https URL without query or credentials (http for a loopback host only)",
            read: { $0.anyText.flatMap(WebURL.checked).flatMap { $0.isConfidential ? $0.text : nil } },
            yaml: YAMLText.quotedIfNeeded)
    }
}

extension ValueForm<[String]> {
    /// Host names, each without port or wildcard.
    static var hosts: Self {
        ValueForm(
            expected: "a list of host names",
            read: { written in
                guard case .list(let items) = written else { return nil }
                let hosts = items.compactMap {
                    $0.value.anyText.flatMap { HostName.isName($0) ? $0.lowercased() : nil }
                }
                return hosts.count == items.count && Set(hosts).count == hosts.count ? hosts : nil
            },
            yaml: { "[\($0.map(YAMLText.quotedIfNeeded).joined(separator: ", "))]" })
    }
}

extension ValueForm<StoreLocation> {
    static var store: Self {
        ValueForm(
            expected: "sqlite:PATH or postgres://USER@HOST/DATABASE",
            read: { $0.anyText.flatMap(StoreLocation.init) },
            yaml: { YAMLText.quotedIfNeeded($0.shown) })
    }
}

enum HostName {
    /// Labels of letters, digits and inner hyphens; IPv4 addresses are names, too.
    static func isName(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    /// A name, or an IPv6 address without brackets.
    static func isAddress(_ text: String) -> Bool { isName(text) || isIPv6(text) }

    /// This machine and no other.
    static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = parts.count == 4 && parts.allSatisfy { Digits.whole($0, in: 0...255) != nil }
        return host.lowercased() == "localhost" || host == "::1" || (isIPv4 && parts[0] == "127")
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return text.contains(":") && inet_pton(AF_INET6, text, &address) == 1
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}

enum WebURL {
    struct Checked {
        /// Without a slash at the end.
        var text: String
        var isConfidential: Bool
    }

    /// Scheme, host, port and path; nil for anything more or less.
    static func checked(_ text: String) -> Checked? {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URLComponents(string: text) else {
            return nil
        }
        guard url.user == nil, url.password == nil, url.query == nil, url.fragment == nil else { return nil }
        guard let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme) else { return nil }
        // URLComponents keeps the brackets of an IPv6 address.
        guard let host = url.host?.trimmingCharacters(in: ["[", "]"]), HostName.isAddress(host) else { return nil }
        guard url.port.map((1...65535).contains) ?? true else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return Checked(text: text, isConfidential: scheme == "https" || HostName.isLoopback(host))
    }
}
