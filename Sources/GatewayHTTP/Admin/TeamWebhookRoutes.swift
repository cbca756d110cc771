import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird

/// `/admin/v1/teams/{id}/webhooks`: a team's webhooks, as the team itself sees and changes them.
struct TeamWebhookRoutes: Sendable {
    let calls: AdminCalls
    let webhooks: ManageWebhooks

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(AdminPath.webhooks(ofTeam: ":id"))) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                try FieldReader(query: request).end()
                let webhooks = try await webhooks.list(of: try context.id { TeamID($0) })
                return try JSONReply.of(Listing(webhooks.map { WebhookReply($0) }))
            }
        }
        router.post(RouterPath(AdminPath.webhooks(ofTeam: ":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                let wanted = try await WebhookFields(request, context)
                let new = try await webhooks.create(
                    wanted.url, wanted.events, for: try context.id { TeamID($0) }, by: permit.actor,
                    from: permit.source)
                return try JSONReply.of(NewWebhookReply(new), status: .created)
            }
        }
        router.delete(RouterPath(AdminPath.webhook(":webhook", ofTeam: ":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                try await webhooks.delete(
                    try context.id({ WebhookID($0) }, "webhook"), of: try context.id { TeamID($0) },
                    by: permit.actor, from: permit.source)
                return Response(status: .noContent)
            }
        }
        router.get(RouterPath(AdminPath.deliveries(ofWebhook: ":webhook", ofTeam: ":id"))) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                let page = try DeliveryPage(request)
                let deliveries = try await webhooks.deliveries(
                    to: try context.id({ WebhookID($0) }, "webhook"), of: try context.id { TeamID($0) },
                    before: page.before, limit: page.asked)
                return try JSONReply.of(page.listing(of: deliveries))
            }
        }
        let redelivery = AdminPath.redeliver(":delivery", ofWebhook: ":webhook", ofTeam: ":id")
        router.post(RouterPath(redelivery)) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                let delivery = try await webhooks.redeliver(
                    try context.id({ WebhookDeliveryID($0) }, "delivery"),
                    to: try context.id({ WebhookID($0) }, "webhook"), of: try context.id { TeamID($0) },
                    by: permit.actor, from: permit.source)
                return try JSONReply.of(WebhookDeliveryReply(delivery), status: .accepted)
            }
        }
    }
}
