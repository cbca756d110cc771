/// A team: `a-z 0-9 _ -`, starting with a letter or digit, 1…64 characters; chosen by an administrator.
package struct TeamID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// Nil when `text` is not of the grammar above.
    package init?(_ text: String) {
        guard isName(text) else { return nil }
        self.text = text
    }

    /// For texts that our own store wrote.
    package init(stored text: String) { self.text = text }

    package var description: String { text }
    package static func < (left: TeamID, right: TeamID) -> Bool { left.text < right.text }
}

/// A local token's public name: `vinci_` and 16 base62 characters.
package struct KeyID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard hasForm(text, prefix: "vinci_", count: 16, isAllowed: Base62.contains) else { return nil }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package init(using random: inout some RandomNumberGenerator) {
        text = "vinci_" + Base62.random(16, using: &random)
    }

    package var description: String { text }
}

/// An administrator's credential: `admin_` and 16 base62 characters.
package struct AdminTokenID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard hasForm(text, prefix: "admin_", count: 16, isAllowed: Base62.contains) else { return nil }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package init(using random: inout some RandomNumberGenerator) {
        text = "admin_" + Base62.random(16, using: &random)
    }

    package var description: String { text }
}

/// A real Vinci key's local name: same grammar as a team's.
package struct UpstreamKeyID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard isName(text) else { return nil }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package var description: String { text }
    package static func < (left: UpstreamKeyID, right: UpstreamKeyID) -> Bool { left.text < right.text }
}

private func isName(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isLowerOrDigit(first) else { return false }
    return text.utf8.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
}

private func isLowerOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

/// Whether `text` is `prefix` followed by exactly `count` allowed characters.
func hasForm(_ text: String, prefix: String, count: Int, isAllowed: (UInt8) -> Bool) -> Bool {
    text.hasPrefix(prefix)
        && text.utf8.count == prefix.utf8.count + count
        && text.utf8.dropFirst(prefix.utf8.count).allSatisfy(isAllowed)
}
