import HTTPTypes
import Hummingbird
import NIOCore
import VinciAPI

/// The finished files, `GET /videos/{request_id}.mp4`: open to everybody who knows the address, as at Vinci.
struct VideoRoutes: Sendable {
    let desk: ProviderDesk
    let sender: ReplySender

    func add(to router: Router<SimulatorContext>) {
        router.get("/videos/{file}") { request, context in try await serve(request, context, isHeadOnly: false) }
        router.head("/videos/{file}") { request, context in try await serve(request, context, isHeadOnly: true) }
    }

    private func serve(_ request: Request, _ context: SimulatorContext, isHeadOnly: Bool) async throws -> Response {
        let requestID = context.parameters.get("file").flatMap { $0.hasSuffix(".mp4") ? String($0.dropLast(4)) : nil }
        let (video, rule) = desk.ask { $0.video(of: requestID ?? "", at: $1) }
        try await sender.wait(rule?.delayAccept ?? .zero)
        var reply = video.map { file(of: $0, for: request) } ?? Reply(VinciRefusal.noSuchRequest)
        switch rule?.action {
        case .dropBeforeAccept, .dropAfterAccept: return try await context.dropConnection()
        case .refuse(let canned), .answer(let canned): reply = Reply(canned)
        default: break
        }
        reply.isHeadOnly = isHeadOnly
        try await sender.wait(rule?.delayReply ?? .zero)
        return sender.response(for: reply, spoiltBy: rule?.action)
    }

    private func file(of video: FinishedVideo, for request: Request) -> Reply {
        let movie = MovieFile.bytes(length: video.length, aspectRatio: video.aspectRatio, seed: video.seed)
        let entityTag = "\"\(video.requestID)\""
        var reply = Reply(
            headers: [.contentType: "video/mp4", .acceptRanges: "bytes", .eTag: entityTag],
            body: ByteBuffer(bytes: movie))
        guard let text = request.headers[.range], (request.headers[.ifRange] ?? entityTag) == entityTag else {
            return reply
        }
        switch ByteRange(text, of: movie.count) {
        case .whole: break
        case .unsatisfiable:
            reply = Reply(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(movie.count)"])
        case .part(let range):
            reply.status = .partialContent
            reply.headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(movie.count)"
            reply.body = ByteBuffer(bytes: movie[range])
        }
        return reply
    }
}

/// What the picture of a completed job is made of.
struct FinishedVideo: Sendable {
    let requestID: String
    let length: VideoLength
    let aspectRatio: AspectRatio
    let seed: UInt64
}

extension Provider {
    /// The video of a completed job, and the rule for this download.
    fileprivate mutating func video(of requestID: String, at now: Moment) -> (FinishedVideo?, FaultRule?) {
        log.arrived(.video, at: now)
        let job = jobs.job(requestID: requestID)
        let rule = faults.rule(for: FaultSubject(call: .video, keyID: nil, prompt: job?.order.prompt))
        guard let job, job.phase(at: now) == .completed else { return (nil, rule) }
        let video = FinishedVideo(
            requestID: job.requestID, length: job.length, aspectRatio: job.order.aspectRatio, seed: job.seed)
        return (video, rule)
    }
}
