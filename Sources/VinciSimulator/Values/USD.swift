package import Foundation

/// Money on the simulator's own bill: a whole number of millionths of a US dollar.
///
/// Deliberately not the gateway's money type: the two are compared in tests, so neither may borrow the other's mistakes.
package struct USD: Sendable, Hashable, Comparable {
    package var micros: Int64

    package init(micros: Int64) { self.micros = micros }

    package static let zero = USD(micros: 0)

    /// - count: whole cents, e.g. 25 for a quarter.
    package static func cents(_ count: Int64) -> USD { USD(micros: count * 10_000) }

    package static func dollars(_ count: Int64) -> USD { USD(micros: count * 1_000_000) }

    /// Largest amount a caller may name in one deposit or cost; keeps every sum far inside `Int64`.
    package static let largestNamed = USD.dollars(1_000_000)

    /// Reads `12`, `12.5` or `-0.000001`: digits with at most six decimals, at most ``largestNamed`` either way.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNegative = text.hasPrefix("-")
        let whole = parts.first.map { isNegative ? $0.dropFirst() : $0 } ?? ""
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard let dollars = Self.digits(whole, atMost: 7), let millionths = Self.digits(fraction, atMost: 6) else {
            return nil
        }
        let scale = [100_000, 10_000, 1_000, 100, 10, 1] as [Int64]
        let micros = dollars * 1_000_000 + millionths * scale[fraction.count - 1]
        guard micros <= Self.largestNamed.micros else { return nil }
        self.micros = isNegative ? -micros : micros
    }

    /// The same rules for a number that was read from JSON.
    package init?(_ decimal: Decimal) { self.init("\(decimal)") }

    private static func digits(_ text: Substring, atMost count: Int) -> Int64? {
        guard (1...count).contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int64(text)
    }

    package static func < (one: USD, other: USD) -> Bool { one.micros < other.micros }
    package static func + (one: USD, other: USD) -> USD { USD(micros: one.micros + other.micros) }
    package static func - (one: USD, other: USD) -> USD { USD(micros: one.micros - other.micros) }
    package static func += (one: inout USD, other: USD) { one = one + other }
    package static func -= (one: inout USD, other: USD) { one = one - other }

    /// The same amount as a decimal number of dollars, exact.
    package var decimal: Decimal { Decimal(micros) / 1_000_000 }
}

extension USD: CustomStringConvertible {
    /// As Vinci writes it in sentences: `$1.25`; decimals beyond the cent only where they are not zero.
    package var description: String {
        let fraction = String(micros.magnitude % 1_000_000 + 1_000_000).dropFirst()
        let significant = fraction.count - fraction.reversed().prefix { $0 == "0" }.count
        return (micros < 0 ? "$-" : "$") + "\(micros.magnitude / 1_000_000).\(fraction.prefix(max(2, significant)))"
    }
}

extension USD: Encodable {
    /// A JSON number of dollars.
    package func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        try single.encode(decimal)
    }
}
