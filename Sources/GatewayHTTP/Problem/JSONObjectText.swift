import Foundation

/// Writes one flat JSON object with its keys in the order in which they are added; `JSONEncoder` would sort them or not
/// keep any order. Nil leaves the key out.
struct JSONObjectText {
    private var members = ""

    var text: String { "{" + members + "}" }

    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        append(name, JSONObjectText.quoted(value))
    }

    mutating func add(_ name: String, _ value: Int?) {
        guard let value else { return }
        append(name, String(value))
    }

    /// Written with all of its digits and no exponent.
    mutating func add(_ name: String, _ value: Decimal?) {
        guard let value, value.isFinite else { return }
        append(name, value.description)
    }

    private mutating func append(_ name: String, _ json: String) {
        if !members.isEmpty { members += "," }
        members += JSONObjectText.quoted(name) + ":" + json
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}": result += escape(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
