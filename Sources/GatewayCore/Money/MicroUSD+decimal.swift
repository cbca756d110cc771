package import Foundation

extension MicroUSD {
    /// Reads `12`, `0.05`, `134.7500`, `-1.5`: digits with at most six decimals that matter. No exponent, no sign `+`, no
    /// spaces.
    package init(text: some StringProtocol) throws(MoneyFault) {
        var digits = text.utf8[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else { throw .notExact }

        var fraction = parts.count == 2 ? Array(parts[1]) : []
        while fraction.count > 6, fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        guard fraction.count <= 6 else { throw .notExact }
        fraction.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 6 - fraction.count))

        var amount = MicroUSD.zero
        for digit in Array(whole) + fraction {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { throw .notExact }
            let value = Int64(digit - UInt8(ascii: "0"))
            amount = try amount.times(10).adding(MicroUSD(count: isNegative ? -value : value))
        }
        self = amount
    }

    /// - Throws: `.notExact` for more than six decimals or NaN, `.overflow` beyond 64 bits.
    package init(_ decimal: Decimal) throws(MoneyFault) {
        guard decimal.isFinite else { throw .notExact }
        // Within these bounds `description` prints plain digits; reading them decides about the last dollar.
        guard abs(decimal) < Decimal(Int64.max / 1_000_000 + 1) else { throw .overflow }
        try self.init(text: decimal.description)
    }

    /// The smallest amount that is not less than `decimal` dollars.
    package init(roundingUp decimal: Decimal) throws(MoneyFault) {
        guard decimal.isFinite else { throw .notExact }
        var source = decimal
        var rounded = Decimal()
        NSDecimalRound(&rounded, &source, 6, .up)
        try self.init(rounded)
    }

    /// Exact; this is how an amount gets into JSON.
    package var decimal: Decimal {
        // Not divided: that takes 250 times as long.
        Decimal(sign: count < 0 ? .minus : .plus, exponent: -6, significand: Decimal(count.magnitude))
    }
}

extension MicroUSD: CustomStringConvertible {
    /// Dollars with at least two decimals and no needless ones: `1.25`, `0.00`, `0.000001`.
    package var description: String {
        let magnitude = count.magnitude
        var fraction = String(magnitude % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        return (count < 0 ? "-" : "") + "\(magnitude / 1_000_000).\(fraction)"
    }
}
