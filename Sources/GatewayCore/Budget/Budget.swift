/// A limit of an owner in each period.
package struct Budget: Sendable, Hashable {
    package var owner: BudgetOwner
    package var period: BudgetPeriod
    package var limit: MicroUSD
    package var zone: BudgetZone
    /// Shares of the limit, in percent, at which an alert is due; ascending.
    package var alertPercents: [Int]

    package init(
        owner: BudgetOwner, period: BudgetPeriod, limit: MicroUSD, zone: BudgetZone = .utc, alertPercents: [Int] = []
    ) {
        self.owner = owner
        self.period = period
        self.limit = limit
        self.zone = zone
        self.alertPercents = alertPercents
    }

    /// `team:marketing/month`: how refusals and metrics name it.
    package var source: String { "\(owner)/\(period.rawValue)" }
}

/// What has been taken from a budget in one of its periods.
package struct BudgetFigures: Sendable, Hashable {
    package var captured: MicroUSD
    package var held: MicroUSD

    package static let none = BudgetFigures(captured: .zero, held: .zero)

    package init(captured: MicroUSD, held: MicroUSD) {
        self.captured = captured
        self.held = held
    }
}

/// A budget with its figures in the period that contains some instant.
package struct BudgetStatus: Sendable, Hashable {
    package let budget: Budget
    package let interval: PeriodInterval
    package let figures: BudgetFigures

    package init(budget: Budget, interval: PeriodInterval, figures: BudgetFigures) {
        self.budget = budget
        self.interval = interval
        self.figures = figures
    }

    /// What a new order may still hold; never below zero, also when overruns have gone past the limit.
    package var available: MicroUSD {
        let taken = figures.captured.count.addingReportingOverflow(figures.held.count)
        let rest = budget.limit.count.subtractingReportingOverflow(taken.partialValue)
        guard !taken.overflow, !rest.overflow else { return .zero }
        return MicroUSD(count: max(0, rest.partialValue))
    }

    package func admits(_ amount: MicroUSD) -> Bool { amount <= available }
}

extension Sequence<BudgetStatus> {
    /// The one that leaves the least room; of equals, the one that frees up last.
    package var binding: BudgetStatus? {
        self.min { left, right in
            if left.available != right.available { return left.available < right.available }
            return (left.interval.end?.microseconds ?? .max) > (right.interval.end?.microseconds ?? .max)
        }
    }
}
