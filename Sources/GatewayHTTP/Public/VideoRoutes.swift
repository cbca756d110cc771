import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird
import VinciAPI

/// `/gateway/v1/videos`: the finished files, by token or by signed link.
struct VideoRoutes: Sendable {
    let calls: PublicCalls
    let readVideo: ReadVideo
    let links: SignedLinks
    let tally: AuditTally

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(GatewayPath.video(":id"))) { request, context in
            let link = links.claim(to: .video, request, context)
            return await calls.answer(request, context, as: .readVideo, by: link) { paced, source in
                if link == nil { try FieldReader(query: request).end() }
                let file = try await readVideo(paced, try context.parameters.require("id"), from: source)
                return VideoAnswer(file: file).response(to: request)
            }
        }
        router.post(RouterPath(GatewayPath.videoLink(":id"))) { request, context in
            await calls.answer(request, context, as: .linkVideo) { paced, source in
                try FieldReader(query: request).end()
                let job = try await readVideo.finished(paced, try context.parameters.require("id"))
                tally.noteVideoLink(to: job, by: paced.caller, from: source)
                return try JSONReply.of(SignedLinkReply(links.link(to: .video, of: job, for: paced.caller)))
            }
        }
    }
}
