/// An amount of US dollars as a whole count of millionths.
///
/// Never negative by construction of our rules, but the type allows it so that a difference can be told. Arithmetic
/// that would overflow throws; nothing wraps and nothing goes through `Double`.
package struct MicroUSD: Sendable, Hashable, Comparable {
    package let count: Int64

    package init(count: Int64) { self.count = count }

    package static let zero = MicroUSD(count: 0)
    /// One cent: the grain in which Vinci bills.
    package static let cent = MicroUSD(count: 10_000)

    package static func < (left: MicroUSD, right: MicroUSD) -> Bool { left.count < right.count }

    package func adding(_ other: MicroUSD) throws(MoneyFault) -> MicroUSD {
        try MicroUSD(count.addingReportingOverflow(other.count))
    }

    package func subtracting(_ other: MicroUSD) throws(MoneyFault) -> MicroUSD {
        try MicroUSD(count.subtractingReportingOverflow(other.count))
    }

    package func times(_ factor: Int64) throws(MoneyFault) -> MicroUSD {
        try MicroUSD(count.multipliedReportingOverflow(by: factor))
    }

    /// This share of the amount, rounded up to a whole micro-dollar.
    package func percent(_ percent: Int64) throws(MoneyFault) -> MicroUSD {
        let scaled = try times(percent).count
        return MicroUSD(count: scaled / 100 + (scaled % 100 > 0 ? 1 : 0))
    }

    /// The smallest whole number of cents that is not less than this.
    package func roundedUpToCent() throws(MoneyFault) -> MicroUSD {
        let rest = count % MicroUSD.cent.count
        guard rest > 0 else { return MicroUSD(count: count - rest) }
        return try adding(MicroUSD(count: MicroUSD.cent.count - rest))
    }

    private init(_ result: (partialValue: Int64, overflow: Bool)) throws(MoneyFault) {
        guard !result.overflow else { throw .overflow }
        self.init(count: result.partialValue)
    }
}

package enum MoneyFault: Error, Sendable, Equatable {
    /// The result does not fit 64 bits of micro-dollars (9.2 × 10¹² dollars).
    case overflow
    /// More than six decimals, or not a number.
    case notExact
    /// A cost below zero.
    case negative
}
