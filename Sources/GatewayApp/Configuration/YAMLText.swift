/// Texts as YAML scalars.
enum YAMLText {
    /// The text as it is where YAML reads it back as the same text, else in double quotes.
    static func quotedIfNeeded(_ text: String) -> String {
        needsQuotes(text) ? quoted(text) : text
    }

    static func quoted(_ text: String) -> String {
        let inner = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where isInvisible(scalar): escaped(scalar)
            default: String(scalar)
            }
        }
        return "\"\(inner.joined())\""
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16)
        return "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
    }

    private static func needsQuotes(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        let words = ["null", "true", "false", "yes", "no", "on", "off"]
        return words.contains(text.lowercased()) || !isPlainStart(first) || last == UInt8(ascii: ":")
            || !text.utf8.allSatisfy { isPlainStart($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") }
    }

    private static func isPlainStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
