/// A value as somebody wrote it, before it is known what it should be.
indirect enum WrittenValue: Sendable, Equatable {
    case nothing
    /// - quoted: YAML quotes, which make a text even of digits.
    case text(String, quoted: Bool)
    case list([WrittenItem])
    case mapping([WrittenEntry])
}

struct WrittenItem: Sendable, Equatable {
    var value: WrittenValue
    var origin: ConfigurationOrigin
}

struct WrittenEntry: Sendable, Equatable {
    var key: String
    /// Of the key.
    var origin: ConfigurationOrigin
    var value: WrittenValue
}

extension WrittenValue {
    /// The text, quoted or not.
    var anyText: String? {
        if case .text(let text, _) = self { text } else { nil }
    }

    /// A text outside of quotes: what numbers, `true` and `false` are written as.
    var plainText: String? {
        if case .text(let text, quoted: false) = self { text } else { nil }
    }

    /// What an operator is told about this value; never anything that could be a secret.
    var found: String {
        switch self {
        case .nothing: "nothing"
        case .text(let text, let quoted): Self.shown(text) + (quoted ? " in quotes" : "")
        case .list(let items): "a list of \(items.map(\.value.found).joined(separator: ", "))".trimmed(to: 120)
        case .mapping: "a mapping"
        }
    }

    private static func shown(_ text: String) -> String {
        text.mayHoldSecret ? "a text that is not shown, since it may hold a secret" : "'\(text.oneLine)'"
    }
}

extension String {
    /// Begins like a key of Vinci or a token of ours: what people paste where the name of a place is asked for.
    var looksLikeKey: Bool { ["sk-", "adm-vgw-", "whsec_"].contains { hasPrefix($0) } }

    /// A key, a token or a password could be anywhere in it.
    fileprivate var mayHoldSecret: Bool {
        let words = split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return words.contains { String($0).looksLikeKey } || contains("@") || lowercased().contains("password")
    }

    /// This name of a key in a message: cut, on one line, and not at all where it may hold a secret.
    var shownAsKey: String { mayHoldSecret ? "…" : oneLine }

    fileprivate var oneLine: String {
        unicodeScalars.map { scalar in
            let isBreaking = scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
            return isBreaking ? " " : String(scalar)
        }.joined().trimmed(to: 60)
    }

    fileprivate func trimmed(to length: Int) -> String {
        count <= length ? self : prefix(length - 1) + "…"
    }
}
