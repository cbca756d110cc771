package import Foundation

extension ValueForm<Duration> {
    /// `250ms`, `5s`, `15m`, `24h`.
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        ValueForm(
            expected:
                "a duration from \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound)) (units ms, s, m, h)",
            read: { $0.anyText.flatMap(DurationText.duration).flatMap { range.contains($0) ? $0 : nil } },
            yaml: DurationText.text)
    }
}

/// A duration as a whole number of one unit.
enum DurationText {
    /// Largest first; `ms` last, so that a suffix `s` is only tried on what does not end in `ms`.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    static func duration(_ text: String) -> Duration? {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        guard Digits.areDigits(number), number.utf8.count <= 9, let count = Int64(number) else { return nil }
        let name = text.dropFirst(number.count)
        // At most 10^9 hours: far from overflow.
        return units.first { $0.name == name }.map { .milliseconds(count * $0.milliseconds) }
    }

    /// In the largest unit that leaves nothing over; parts of a millisecond are cut off.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "0s" }
        let unit = units.first { milliseconds % $0.milliseconds == 0 } ?? ("ms", 1)
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}

extension ValueForm<Int64> {
    /// `512MiB`, `10GiB`; bytes in the value.
    static func byteCount(_ range: ClosedRange<Int64>) -> Self {
        ValueForm(
            expected:
                "a size from \(SizeText.text(range.lowerBound)) to \(SizeText.text(range.upperBound)) (units B, KiB, MiB, GiB, TiB)",
            read: { $0.anyText.flatMap(SizeText.bytes).flatMap { range.contains($0) ? $0 : nil } },
            yaml: SizeText.text)
    }
}

/// A number of bytes as a whole number of one binary unit.
enum SizeText {
    private static let units: [(name: String, shift: Int64)] = [
        ("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0),
    ]

    static func bytes(_ text: String) -> Int64? {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        guard Digits.areDigits(number), number.utf8.count <= 6, let count = Int64(number) else { return nil }
        let name = text.dropFirst(number.count)
        // At most 10^6 TiB: below 2^60.
        return units.first { $0.name == name }.map { count << $0.shift }
    }

    static func text(_ bytes: Int64) -> String {
        let unit = units.first { bytes >= 1 << $0.shift && bytes % (1 << $0.shift) == 0 } ?? ("B", 0)
        return "\(bytes >> unit.shift)\(unit.name)"
    }
}

extension ValueForm<Decimal> {
    /// A number of dollars with at most six decimals, read from its digits.
    static func usd(_ range: ClosedRange<Decimal>) -> Self {
        ValueForm(
            expected: "dollars from \(range.lowerBound) to \(range.upperBound) with at most six decimals, such as 0.05",
            read: { $0.plainText.flatMap(DecimalText.usd).flatMap { range.contains($0) ? $0 : nil } },
            yaml: { "\($0)" })
    }
}

/// Dollars as people write them.
package enum DecimalText {
    /// At most nine digits, a point and six more; exact. Nil for anything else, signs and exponents included.
    package static func usd(_ text: String) -> Decimal? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, Digits.areDigits(whole), whole.utf8.count <= 9 else { return nil }
        if parts.count == 2 {
            guard Digits.areDigits(parts[1]), parts[1].utf8.count <= 6 else { return nil }
        }
        return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
    }
}
