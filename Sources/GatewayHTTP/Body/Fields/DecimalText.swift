/// The grammar of whole numbers given as text, which `Int` reads more generously (`+5`).
enum DecimalText {
    /// `-12`, `0`
    static func isWhole(_ text: String) -> Bool {
        let digits = unsigned(text)
        return (1...19).contains(digits.count) && digits.allSatisfy(isDigit)
    }

    private static func unsigned(_ text: String) -> Substring.UTF8View {
        text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
