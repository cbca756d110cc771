package import GatewayCore
import GatewayStore
package import VinciAPI

/// One checked order on its way: what is wanted, by whom, at what price.
package struct Order: Sendable {
    package let id: JobID
    package let owner: JobOwner
    package let request: VideoRequest
    package let quote: Quote
    package let options: OrderOptions
    package let openJobsMax: Int
    package let source: CallSource
    /// By when the client is answered, with "unknown" if need be.
    package let answerBy: Uptime
}

/// What a client may say about an order beside its fields.
package struct OrderOptions: Sendable, Hashable {
    /// 1…255 visible ASCII characters, checked at the edge.
    package var idempotencyKey: String?
    /// `X-Allow-Duplicate: true`: the same fields again mean a second video.
    package var allowsDuplicate: Bool

    package init(idempotencyKey: String? = nil, allowsDuplicate: Bool = false) {
        self.idempotencyKey = idempotencyKey
        self.allowsDuplicate = allowsDuplicate
    }
}

/// The end of an order as its client is told.
package struct OrderEnd: Sendable {
    /// Nil when no job was made.
    package let job: JobID?
    /// True for the answer of an earlier, equal order.
    package let isReplay: Bool
    /// Vinci's reply as JSON text, or our refusal.
    package let answer: Result<String, Refusal>

    package init(job: JobID?, isReplay: Bool = false, answer: Result<String, Refusal>) {
        self.job = job
        self.isReplay = isReplay
        self.answer = answer
    }

    static func refused(_ refusal: Refusal, job: JobID? = nil) -> OrderEnd {
        OrderEnd(job: job, answer: .failure(refusal))
    }

    /// The stored answer of an earlier order.
    static func replay(_ job: JobID, _ answer: OrderAnswer) -> OrderEnd {
        switch answer {
        case .accepted(let body): OrderEnd(job: job, isReplay: true, answer: .success(body))
        case .rejected(let status, let detail):
            OrderEnd(
                job: job, isReplay: true, answer: .failure(.rejectedUpstream(job, status: status, detail: detail)))
        case .unknown: OrderEnd(job: job, isReplay: true, answer: .failure(.outcomeUnknown(job)))
        }
    }
}

extension VideoKind {
    package var jobKind: JobKind {
        switch self {
        case .text: .text
        case .image: .image
        }
    }

    /// Names the route in idempotency keys.
    var route: String {
        switch self {
        case .text: "text-to-video"
        case .image: "image-to-video"
        }
    }
}
