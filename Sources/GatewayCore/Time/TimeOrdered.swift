/// 26 characters of Crockford base 32: 48 bits of milliseconds, then 80 random bits. What was made later sorts later.
enum TimeOrdered {
    static func text(at now: Timestamp, using random: inout some RandomNumberGenerator) -> String {
        let high = milliseconds(now) << 16 | UInt64.random(in: 0...0xFFFF, using: &random)
        let low = UInt64.random(in: 0...UInt64.max, using: &random)
        return text(UInt128(high) << 64 | UInt128(low))
    }

    /// Sorts before every text that is made at `instant` or later, and after every earlier one.
    static func first(at instant: Timestamp) -> String { text(UInt128(milliseconds(instant)) << 80) }

    static func isText(_ text: String, prefix: String) -> Bool {
        hasForm(text, prefix: prefix, count: 26, isAllowed: alphabet.contains)
    }

    private static func milliseconds(_ instant: Timestamp) -> UInt64 {
        UInt64(max(0, instant.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
    }

    private static func text(_ bits: UInt128) -> String {
        var rest = bits
        var digits: [UInt8] = []
        for _ in 0..<26 {
            digits.append(alphabet[Int(rest & 31)])
            rest >>= 5
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}
