import AdminAPI
import GatewayCore
import GatewayFlow
import GatewayStore
import VinciAPI

/// Which address of a finished video a client is told (`videos.rewrite_urls`): Vinci's own, or a signed link to ours.
struct VideoURLs: Sendable {
    /// Nil to tell Vinci's.
    let rewriting: SignedLinks?

    /// How long an ended status may be kept by its reader.
    static let keepSecondsMax: Int64 = 300

    /// Whether each viewer is told a URL of its own.
    func isRewritten(_ status: JobStatus) -> Bool {
        guard rewriting != nil, case .completed = status.phase else { return false }
        return true
    }

    /// - url: Vinci's. A token that may not read videos is told none in its place.
    func told(_ url: String?, of job: JobID, to caller: Caller) -> (url: String?, keepSeconds: Int64) {
        guard let rewriting, url != nil, let link = rewriting.steadyLink(to: .video, of: job, for: caller) else {
            return (rewriting == nil ? url : nil, VideoURLs.keepSecondsMax)
        }
        return (link.url, max(0, min(VideoURLs.keepSecondsMax, link.goodFor.components.seconds)))
    }

    /// The status in Vinci's shape, as this caller is told it.
    func text(
        of answer: StatusDesk.Answer, for caller: Caller
    ) throws(AnswerFault) -> (text: StatusText, keepSeconds: Int64) {
        let told = told(answer.status.reply.videoURL, of: answer.status.job, to: caller)
        guard let text = isRewritten(answer.status) ? answer.status.text(videoURL: told.url) : answer.text else {
            throw AnswerFault(unrendered: answer.status.job)
        }
        return (text, told.keepSeconds)
    }

    func reply(_ job: Job, to caller: Caller) -> JobReply {
        var reply = JobReply(job)
        reply.videoURL = told(reply.videoURL, of: job.id, to: caller).url
        return reply
    }
}
