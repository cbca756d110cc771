import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird

/// `/gateway/v1/webhooks`: where a team wants to be told of its jobs and budgets.
struct WebhookRoutes: Sendable {
    let calls: PublicCalls
    let webhooks: ManageWebhooks

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(GatewayPath.webhooks)) { request, context in
            await calls.answer(request, context, as: .readWebhooks) { paced, _ in
                try FieldReader(query: request).end()
                let webhooks = try await webhooks.list(of: try webhooks.team(of: paced))
                return try JSONReply.of(Listing(webhooks.map { WebhookReply($0) }))
            }
        }
        router.post(RouterPath(GatewayPath.webhooks)) { request, context in
            await calls.answer(request, context, as: .changeWebhooks) { paced, source in
                let team = try webhooks.team(of: paced)
                let wanted = try await WebhookFields(request, context)
                let new = try await webhooks.create(
                    wanted.url, wanted.events, for: team, by: .token(paced.caller.token.keyID), from: source)
                return try JSONReply.of(NewWebhookReply(new), status: .created)
            }
        }
        router.delete(RouterPath(GatewayPath.webhook(":id"))) { request, context in
            await calls.answer(request, context, as: .changeWebhooks) { paced, source in
                try await webhooks.delete(
                    try context.id { WebhookID($0) }, of: try webhooks.team(of: paced),
                    by: .token(paced.caller.token.keyID), from: source)
                return Response(status: .noContent)
            }
        }
        router.get(RouterPath(GatewayPath.deliveries(ofWebhook: ":id"))) { request, context in
            await calls.answer(request, context, as: .readWebhooks) { paced, _ in
                let page = try DeliveryPage(request)
                let deliveries = try await webhooks.deliveries(
                    to: try context.id { WebhookID($0) }, of: try webhooks.team(of: paced), before: page.before,
                    limit: page.asked)
                return try JSONReply.of(page.listing(of: deliveries))
            }
        }
        addRedelivery(to: router)
    }

    /// A delivery's id is enough to name it; its webhook may stand before it as in the list's path.
    private func addRedelivery(to router: Router<GatewayRequestContext>) {
        router.post(RouterPath(GatewayPath.redeliver(":delivery"))) { request, context in
            await redeliver(request, context) { nil }
        }
        router.post(RouterPath(GatewayPath.redeliver(":delivery", ofWebhook: ":id"))) { request, context in
            await redeliver(request, context) { () throws(Refusal) in try context.id { WebhookID($0) } }
        }
    }

    private func redeliver(
        _ request: Request, _ context: GatewayRequestContext, to webhook: () throws(Refusal) -> WebhookID?
    ) async -> Response {
        await calls.answer(request, context, as: .changeWebhooks) { paced, source in
            let delivery = try await webhooks.redeliver(
                try context.id({ WebhookDeliveryID($0) }, "delivery"), to: try webhook(),
                of: try webhooks.team(of: paced), by: .token(paced.caller.token.keyID), from: source)
            return try JSONReply.of(WebhookDeliveryReply(delivery), status: .accepted)
        }
    }
}
