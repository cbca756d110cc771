import GatewayCore
import GatewayStore

/// What the books must say, worked out the slow way: every figure is summed up anew from all orders.
struct BookModel {
    struct Order {
        let job: JobID
        let owner: JobOwner
        let hold: MicroUSD
        let placed: Timestamp
        var state: JobState
        /// Nil while the hold is open.
        var charged: MicroUSD?
    }

    var orders: [Order] = []
    var budgets: [Budget] = []

    /// What the store must answer to an order: nil when it must be taken.
    func refusal(
        of hold: MicroUSD, for owner: JobOwner, openJobsMax: Int, at now: Timestamp
    ) throws -> AdmissionEnd? {
        let open = orders.count { $0.owner.team == owner.team && !$0.state.isEnded }
        guard open < openJobsMax else { return .tooManyOpenJobs(limit: openJobsMax) }
        let statuses = try self.statuses(of: BudgetOwner.all(of: owner), at: now)
        let tight = try statuses.filter { status in
            try status.figures.captured.adding(status.figures.held).adding(hold) > status.budget.limit
        }
        return tight.binding.map { .overBudget(BudgetShortage($0, required: hold)) }
    }

    func statuses(of owners: [BudgetOwner], at now: Timestamp) throws -> [BudgetStatus] {
        // In the order in which the store looks at them, which decides between equally tight ones.
        let ordered = owners.flatMap { owner in
            budgets.filter { $0.owner == owner }.sorted { $0.period.rawValue < $1.period.rawValue }
        }
        return try ordered.map { budget in
            let interval = budget.period.interval(containing: now, in: budget.zone)
            return BudgetStatus(
                budget: budget, interval: interval, figures: try self.figures(of: budget.owner, in: interval))
        }
    }

    func figures(of owner: BudgetOwner, in interval: PeriodInterval? = nil) throws -> BudgetFigures {
        var figures = BudgetFigures.none
        for order in orders where BudgetOwner.all(of: order.owner).contains(owner) {
            if let interval, order.placed < interval.start || interval.end.map({ order.placed >= $0 }) == true {
                continue
            }
            if let charged = order.charged {
                figures.captured = try figures.captured.adding(charged)
            } else {
                figures.held = try figures.held.adding(order.hold)
            }
        }
        return figures
    }

    mutating func set(_ budget: Budget) {
        remove(budget.owner, budget.period)
        budgets.append(budget)
    }

    /// - Returns: whether there was one.
    @discardableResult
    mutating func remove(_ owner: BudgetOwner, _ period: BudgetPeriod) -> Bool {
        let count = budgets.count
        budgets.removeAll { $0.owner == owner && $0.period == period }
        return budgets.count < count
    }
}
