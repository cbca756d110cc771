import AdminAPI
import ArgumentParser

/// A budget as refusals name it (`limit_source`): `team:marketing/month`, `token:vinci_…/day`, `organization/total`.
struct BudgetName: ExpressibleByArgument {
    var ownerKind: BudgetOwnerKind
    var ownerID: ObjectID
    var period: BudgetPeriodName

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let period = BudgetPeriodName(rawValue: parts[1]) else { return nil }
        let owner = parts[0] == BudgetOwnerKind.organization.rawValue ? "organization:default" : parts[0]
        let halves = owner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, let kind = BudgetOwnerKind(rawValue: halves[0]) else { return nil }
        guard let id = ObjectID(argument: halves[1]) else { return nil }
        self.ownerKind = kind
        self.ownerID = id
        self.period = period
    }

    var path: String {
        AdminPath.budget(ownerKind: ownerKind.rawValue, ownerID: ownerID.text, period: period.rawValue)
    }
}
