import Foundation
import GatewayCore

/// The one place where our own "no" gets its status and its words.
enum Refusals {
    static func problem(_ refusal: Refusal) -> ProblemReply {
        switch refusal {
        case .invalidToken, .scopeMissing, .originNotAllowed, .teamSuspended, .roleForbids, .rateLimited:
            access(refusal)
        case .invalidRequest(let field, let rule):
            ProblemReply(.invalidRequest, detail: InvalidField(field, rule).detail)
        case .bodyTooLarge(let rule):
            ProblemReply(.bodyTooLarge, detail: "File too large. \(rule)")
        case .unsupportedMediaType(let rule):
            ProblemReply(.unsupportedMediaType, detail: rule)
        case .notFound:
            ProblemReply(.notFound, detail: "Not found")
        case .idempotencyInProgress, .idempotencyMismatch, .tooManyOpenJobs, .budgetExceeded:
            admission(refusal)
        case .rejectedUpstream, .upstreamUnavailable, .upstreamBusy, .upstreamBalanceLow, .outcomeUnknown:
            upstream(refusal)
        case .noVideo(let job, let isEnded):
            ProblemReply(
                .notFound, detail: isEnded ? "The job has ended without a video." : "The job has no video yet.",
                jobID: job.text)
        case .videoUnavailable(let job, let trouble):
            video(job, trouble)
        case .storageUnavailable:
            ProblemReply(
                .storageUnavailable, detail: "The gateway cannot write its books now. Nothing was ordered.",
                retryAfterSeconds: 5)
        case .draining:
            ProblemReply(.draining, detail: "The gateway is stopping. Nothing was ordered.", retryAfterSeconds: 5)
        }
    }

    private static func access(_ refusal: Refusal) -> ProblemReply {
        switch refusal {
        case .scopeMissing(let scopes):
            let names = scopes.map(\.rawValue).joined(separator: " or ")
            return ProblemReply(.scopeMissing, detail: "This API key lacks the scope \(names).")
        case .originNotAllowed:
            return ProblemReply(.originNotAllowed, detail: "This API key may not be used from this origin.")
        case .teamSuspended:
            return ProblemReply(.teamSuspended, detail: "This team is suspended: it can read, but not order.")
        case .roleForbids(let role):
            return ProblemReply(.scopeMissing, detail: "The role \(role.rawValue) does not allow this call.")
        case .rateLimited(let reading):
            let seconds = max(1, reading.wait.secondsRoundedUp)
            return ProblemReply(
                .rateLimited, detail: "Rate limit exceeded. Try again in \(seconds) seconds.",
                retryAfterSeconds: seconds)
        default:
            return ProblemReply(.invalidToken, detail: "Invalid API key")
        }
    }

    private static func admission(_ refusal: Refusal) -> ProblemReply {
        switch refusal {
        case .idempotencyInProgress(let pause):
            ProblemReply(
                .idempotencyInProgress, detail: "The same order is still being worked on.",
                retryAfterSeconds: pause.secondsRoundedUp)
        case .tooManyOpenJobs(let limit):
            ProblemReply(
                .tooManyOpenJobs, detail: "The team has \(limit) open jobs, which is its limit. Wait for one to end.",
                retryAfterSeconds: 10)
        case .budgetExceeded(let shortage):
            ProblemReply(
                .budgetExceeded,
                detail:
                    "Insufficient balance. Current balance: $\(shortage.available), required: $\(shortage.required)",
                limitSource: shortage.source, requiredUSD: shortage.required.decimal,
                availableUSD: shortage.available.decimal, resetsAt: shortage.resetsAt?.rfc3339)
        default:
            ProblemReply(
                .idempotencyMismatch, detail: "This Idempotency-Key was used for an order with other fields.")
        }
    }

    private static func video(_ job: JobID, _ trouble: VideoTrouble) -> ProblemReply {
        let (code, detail): (ProblemCode, String) =
            switch trouble {
            case .onItsWay: (.upstreamBusy, "The video is still on its way from Vinci to the gateway.")
            case .notFetched: (.upstreamUnavailable, "The video could not be fetched from Vinci now.")
            case .notAllowed:
                (.upstreamUnavailable, "Vinci names an address for this video that the gateway may not fetch from.")
            case .tooLarge: (.storageUnavailable, "The video is larger than all that the gateway may keep.")
            case .noRoom: (.storageUnavailable, "The gateway has no room for the video now.")
            case .diskFault: (.storageUnavailable, "The gateway's disk failed to keep or give the video.")
            case .draining: (.draining, "The gateway is stopping.")
            }
        return ProblemReply(
            code, detail: detail, jobID: job.text, retryAfterSeconds: trouble.retryAfter?.secondsRoundedUp)
    }

    private static func upstream(_ refusal: Refusal) -> ProblemReply {
        switch refusal {
        case .rejectedUpstream(let job, let status, let detail):
            ProblemReply(rejectionCode(status), detail: detail, status: status, jobID: job.text)
        case .upstreamUnavailable(let job, let pause):
            ProblemReply(
                .upstreamUnavailable, detail: "Vinci does not answer as it should now. Nothing was ordered.",
                jobID: job?.text,
                retryAfterSeconds: max(1, pause.secondsRoundedUp))
        case .upstreamBusy(let job, let pause):
            ProblemReply(
                .upstreamBusy, detail: "All places in Vinci's requests per minute are taken. Nothing was ordered.",
                jobID: job?.text, retryAfterSeconds: max(1, pause.secondsRoundedUp))
        case .upstreamBalanceLow(let job, let pause):
            ProblemReply(
                .upstreamBalanceLow, detail: "The Vinci account has too little balance. Nothing was ordered.",
                jobID: job?.text, retryAfterSeconds: max(1, pause.secondsRoundedUp))
        case .outcomeUnknown(let job):
            ProblemReply(
                .outcomeUnknown,
                detail: """
                    It is unknown whether Vinci took this order. Do not order again: its money stays held until job \
                    \(job) is settled.
                    """, jobID: job.text)
        default:
            ProblemReply(.internalError, detail: "The gateway failed to answer.")
        }
    }

    private static func rejectionCode(_ status: Int) -> ProblemCode {
        switch status {
        case 404: .notFound
        case 413: .bodyTooLarge
        case 503: .upstreamUnavailable
        default: .invalidRequest
        }
    }
}
