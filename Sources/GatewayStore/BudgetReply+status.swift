package import AdminAPI
import Foundation
package import GatewayCore

extension BudgetReply {
    package init(_ status: BudgetStatus) {
        let budget = status.budget
        let isTotal = budget.period == .total
        self.init(
            ownerKind: BudgetOwnerKind(budget.owner.kind), ownerID: budget.owner.id,
            period: BudgetPeriodName(budget.period), limitUSD: budget.limit.decimal,
            capturedUSD: status.figures.captured.decimal, heldUSD: status.figures.held.decimal,
            availableUSD: status.available.decimal,
            timeZone: budget.zone.name, alertPercents: budget.alertPercents,
            periodStart: isTotal ? nil : status.interval.start.rfc3339, resetsAt: status.interval.end?.rfc3339)
    }
}

extension BudgetOwnerKind {
    package init(_ kind: BudgetOwner.Kind) {
        switch kind {
        case .organization: self = .organization
        case .team: self = .team
        case .token: self = .token
        }
    }
}

extension BudgetPeriodName {
    package init(_ period: BudgetPeriod) {
        switch period {
        case .day: self = .day
        case .week: self = .week
        case .month: self = .month
        case .total: self = .total
        }
    }
}
