package import Foundation

/// What Vinci said about a finished video, with the cost that will be captured.
package struct VideoResult: Sendable, Hashable {
    package let url: String?
    /// Delivered seconds, as Vinci reported them.
    package let seconds: Decimal?
    package let cost: MicroUSD
    /// True when Vinci left the cost out and seconds × price stands in. A reported zero is a cost.
    package let isCostDerived: Bool

    /// - reportedCost: nil when the reply had none.
    /// - orderedSeconds: stands in when the delivered seconds are missing too.
    /// - Throws: `.overflow` for figures beyond 64 bits, `.negative` for a cost below zero: no such thing can be settled.
    package init(
        url: String?, seconds: Decimal?, reportedCost: Decimal?, orderedSeconds: Int, price: Price
    ) throws(MoneyFault) {
        self.url = url
        self.seconds = seconds
        if let reportedCost {
            // Vinci bills cents; should it ever send more than six decimals, the rest of a micro-dollar counts as one.
            cost = try MicroUSD(roundingUp: reportedCost)
            isCostDerived = false
        } else {
            cost = try price.cost(ofSeconds: seconds ?? Decimal(orderedSeconds))
            isCostDerived = true
        }
        guard cost >= .zero else { throw .negative }
    }

    package init(url: String?, seconds: Decimal?, cost: MicroUSD, isCostDerived: Bool) {
        self.url = url
        self.seconds = seconds
        self.cost = cost
        self.isCostDerived = isCostDerived
    }
}
