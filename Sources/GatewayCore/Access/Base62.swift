/// `0-9 A-Z a-z`: the alphabet of tokens and ids, safe in paths, headers and a double click.
enum Base62 {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func contains(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// `count` characters, each uniformly drawn (5.95 bits).
    static func random(_ count: Int, using random: inout some RandomNumberGenerator) -> String {
        text((0..<count).map { _ in alphabet[Int.random(in: 0..<62, using: &random)] })
    }

    /// `value` in base 62, padded with `0` to `width`; six characters hold any 32 bits.
    static func encode(_ value: UInt32, width: Int) -> String {
        var rest = Int(value)
        var digits: [UInt8] = []
        for _ in 0..<width {
            digits.append(alphabet[rest % 62])
            rest /= 62
        }
        return text(digits.reversed())
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
