import AdminAPI
import GatewayCore
import GatewayFlow
import GatewayStore
import HTTPTypes
import Hummingbird

/// `/admin/v1/budgets`
struct BudgetRoutes: Sendable {
    let calls: AdminCalls
    let teams: ManageTeams

    func add(to router: Router<GatewayRequestContext>) {
        let path = RouterPath(AdminPath.budget(ownerKind: ":kind", ownerID: ":id", period: ":period"))
        router.get(RouterPath(AdminPath.budgets)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                try FieldReader(query: request).end()
                return try JSONReply.of(Listing(try await teams.budgets().map { BudgetReply($0) }))
            }
        }
        router.put(path) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                var fields = try await FieldReader(json: request, context)
                let budget = try Budget(&fields, of: try owner(context), per: try period(context))
                try fields.end()
                return try JSONReply.of(BudgetReply(try await teams.set(budget, permit)))
            }
        }
        router.delete(path) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                try await teams.removeBudget(of: try owner(context), per: try period(context), permit)
                return Response(status: .noContent)
            }
        }
    }

    private func owner(_ context: GatewayRequestContext) throws(Refusal) -> BudgetOwner {
        let kind = try context.id({ BudgetOwner.Kind(rawValue: $0) }, "kind")
        return try context.id { BudgetOwner(kind: kind, id: $0) }
    }

    private func period(_ context: GatewayRequestContext) throws(Refusal) -> BudgetPeriod {
        try context.id({ BudgetPeriod(rawValue: $0) }, "period")
    }
}

extension Budget {
    /// The largest limit: a thousand million dollars.
    private static let limitMax = MicroUSD(count: 1_000_000_000_000_000)

    fileprivate init(
        _ fields: inout FieldReader, of owner: BudgetOwner, per period: BudgetPeriod
    ) throws(InvalidField) {
        let limit = try fields.required("limit_usd", .usd(in: .zero...Budget.limitMax))
        let zone = try fields.optional(
            "time_zone",
            FieldRule<String>.text(characters: 1...64).converted(
                "must be an IANA time zone such as \"Europe/Berlin\" or \"UTC\""
            ) { BudgetZone($0) })
        let percents = try fields.optional("alert_percents", .list(of: .wholeNumber(in: 1...1000), count: 0...10))
        self.init(
            owner: owner, period: period, limit: limit, zone: zone ?? .utc,
            alertPercents: Array(Set(percents ?? [])).sorted())
    }
}
