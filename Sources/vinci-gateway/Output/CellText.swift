import Foundation

/// Values as people read them.
enum CellText {
    static let none = "–"

    /// `$1.25`, `-$0.000001`: two decimals, up to six where they say something.
    static func money(_ usd: Decimal) -> String {
        let parts = "\(abs(usd))".split(separator: ".", maxSplits: 1)
        let decimals = parts.count == 2 ? String(parts[1]) : ""
        let padding = String(repeating: "0", count: max(0, 2 - decimals.count))
        return "\(usd < 0 ? "-" : "")$\(parts.first ?? "0").\(decimals)\(padding)"
    }

    static func money(_ usd: Decimal?) -> String { usd.map { money($0) } ?? none }
    static func text(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? none }
    static func list(_ items: [String]) -> String { items.isEmpty ? none : items.joined(separator: ", ") }
    static func word(_ flag: Bool) -> String { flag ? "yes" : "no" }

    /// Names and reasons come from other people: none of their control characters reach the terminal.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isPlain($0) ? $0 : "\u{FFFD}" }))
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
