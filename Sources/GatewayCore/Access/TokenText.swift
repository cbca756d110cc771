/// The text of a credential: prefix, 32 random base62 characters (190 bits), 6 base62 characters of CRC-32.
///
/// The checksum tells a mistyped or truncated token from an unknown one without asking anything, and lets secret
/// scanners recognise ours. Only a keyed hash of the text is ever stored.
package struct TokenText: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case local = "sk-vgw-"
        case admin = "adm-vgw-"

        package var prefix: String { rawValue }
    }

    package let kind: Kind
    package let secret: Secret

    /// A new token.
    /// - random: must be cryptographically secure in production.
    package init(_ kind: Kind, using random: inout some RandomNumberGenerator) {
        let body = kind.prefix + Base62.random(32, using: &random)
        self.kind = kind
        self.secret = Secret(body + TokenText.checksum(of: body))
    }

    /// Nil when `text` is not a well-formed token of this kind, checksum included.
    package init?(_ kind: Kind, parsing text: String) {
        guard hasForm(text, prefix: kind.prefix, count: 38, isAllowed: Base62.contains) else { return nil }
        let body = String(text.dropLast(6))
        guard text.hasSuffix(TokenText.checksum(of: body)) else { return nil }
        self.kind = kind
        self.secret = Secret(text)
    }

    /// What may be shown later: `sk-vgw-…` and the last four characters, which are checksum and so tell nothing that
    /// helps guessing the rest.
    package var preview: String { kind.prefix + "…" + secret.reveal().suffix(4) }

    private static func checksum(of body: String) -> String { Base62.encode(CRC32.checksum(body.utf8), width: 6) }
}
