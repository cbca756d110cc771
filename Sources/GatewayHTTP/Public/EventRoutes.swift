import AdminAPI
import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird

/// `/gateway/v1/jobs/{id}/events`: a job's changes as they come, by token or by signed link.
struct EventRoutes: Sendable {
    let calls: PublicCalls
    let readStatus: ReadStatus
    let follow: FollowJob
    let links: SignedLinks
    let urls: VideoURLs
    let tally: AuditTally

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(GatewayPath.events(":id"))) { request, context in await open(request, context) }
        router.post(RouterPath(GatewayPath.eventsLink(":id"))) { request, context in
            await calls.answer(request, context, as: .linkEvents) { paced, source in
                try FieldReader(query: request).end()
                let job = try await readStatus.visible(paced, try context.parameters.require("id"))
                tally.noteEventsLink(to: job, by: paced.caller, from: source)
                return try JSONReply.of(SignedLinkReply(links.link(to: .events, of: job, for: paced.caller)))
            }
        }
    }

    private func open(_ request: Request, _ context: GatewayRequestContext) async -> Response {
        var head = RequestHead(request, context)
        head.link = links.claim(to: .events, request, context)
        return await calls.answer(request, context, as: .readEvents, by: head.link) { [head] paced, _ in
            if head.link == nil { try FieldReader(query: request).end() }
            let events = try await follow(
                paced, try context.parameters.require("id"), after: request.headers[.lastEventID], by: head)
            // What cannot be written is said before the stream begins.
            _ = try urls.text(of: events.first, for: paced.caller)
            return EventAnswer(events: events, urls: urls).response(context.presence)
        }
    }
}
