import GatewayCore
import GatewayFlow
import Hummingbird
import VinciAPI

/// `GET /api/v1/billing/…`: the team's own figures.
struct BillingRoutes: Sendable {
    let calls: PublicCalls
    let readBilling: ReadBilling

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath("/api" + VinciPath.balance)) { request, context in
            await calls.answer(request, context, as: .readBilling) { paced, _ in
                try FieldReader(query: request).end()
                return try JSONReply.of(try await readBilling.balance(paced))
            }
        }
        router.get(RouterPath("/api" + VinciPath.usage)) { request, context in
            await calls.answer(request, context, as: .readBilling) { paced, _ in
                var query = try FieldReader(query: request)
                let days =
                    try query.optional("days", .wholeNumber(in: VinciLimits.usageDays)) ?? VinciLimits.usageDaysDefault
                try query.end()
                return try JSONReply.of(try await readBilling.usage(paced, days: days))
            }
        }
    }
}
