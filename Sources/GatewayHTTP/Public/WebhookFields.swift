import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird

/// The body of a registration, on either port.
struct WebhookFields: Sendable {
    let url: String
    let events: Set<WebhookEvent>

    init(_ request: Request, _ context: GatewayRequestContext) async throws {
        var fields = try await FieldReader(json: request, context)
        url = try fields.required("url", .text(characters: 1...2048))
        events = try fields.required("events", .webhookEvents)
        try fields.end()
    }
}

extension FieldRule where Value == Set<WebhookEvent> {
    fileprivate static var webhookEvents: FieldRule {
        let names = WebhookEvent.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return FieldRule<[WebhookEvent]>.list(of: .choice(WebhookEvent.self), count: 1...WebhookEvent.allCases.count)
            .converted("must be a list of events, one at least, out of \(names)") { Set($0) }
    }
}

/// `?limit=&cursor=` of a list of deliveries, latest first; the cursor is the last id of the page before.
struct DeliveryPage: Sendable {
    let before: WebhookDeliveryID?
    private let limit: Int

    init(_ request: Request) throws {
        var query = try FieldReader(query: request)
        limit = try query.optional("limit", .wholeNumber(in: 1...ReadBooks.pageMax)) ?? 100
        before = try query.optional(
            "cursor",
            FieldRule<String>.text(characters: 1...64).converted("must be the next_cursor of an earlier page") {
                WebhookDeliveryID($0)
            })
        try query.end()
    }

    /// One more than the page holds, to see whether there is another page.
    var asked: Int { limit + 1 }

    func listing(of deliveries: [WebhookDelivery]) -> Listing<WebhookDeliveryReply> {
        let page = deliveries.prefix(limit)
        return Listing(
            page.map { WebhookDeliveryReply($0) }, nextCursor: deliveries.count > limit ? page.last?.id.text : nil)
    }
}
