package import Foundation

/// What a second of video costs and how much more is set aside for it.
package struct Price: Sendable, Equatable {
    package let perSecond: MicroUSD
    /// Added to a hold because Vinci documents jobs that cost more than their estimate (5.2 s billed for 5 s asked).
    package let holdMarginPercent: Int64

    package init(perSecond: MicroUSD, holdMarginPercent: Int64) {
        self.perSecond = perSecond
        self.holdMarginPercent = holdMarginPercent
    }

    /// - seconds: as ordered, whole.
    package func quote(seconds: Int) throws(MoneyFault) -> Quote {
        let estimate = try perSecond.times(Int64(seconds))
        let margin = try estimate.percent(holdMarginPercent).roundedUpToCent()
        return Quote(seconds: seconds, estimatedCost: estimate, hold: try estimate.adding(margin))
    }

    /// The cost of a video whose own cost Vinci left out, rounded up to a whole micro-dollar.
    /// - seconds: as delivered, may have decimals.
    package func cost(ofSeconds seconds: Decimal) throws(MoneyFault) -> MicroUSD {
        try MicroUSD(roundingUp: perSecond.decimal * seconds)
    }
}

/// What one order would cost and hold.
package struct Quote: Sendable, Equatable {
    package let seconds: Int
    /// Price × seconds, without the margin.
    package let estimatedCost: MicroUSD
    /// What is set aside until the true cost is known.
    package let hold: MicroUSD

    package init(seconds: Int, estimatedCost: MicroUSD, hold: MicroUSD) {
        self.seconds = seconds
        self.estimatedCost = estimatedCost
        self.hold = hold
    }
}
