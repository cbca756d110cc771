package import Foundation

/// One problem to be told to a client: what `application/problem+json` says and the status it goes with.
/// Fields that do not apply stay nil and are left out.
package struct ProblemReply: Sendable, Equatable {
    package var code: ProblemCode
    package var status: Int
    /// A sentence for people; the field that Vinci's own clients read.
    package var detail: String
    package var jobID: String?
    /// The limit that refused, such as `team:marketing/month`.
    package var limitSource: String?
    package var requiredUSD: Decimal?
    package var availableUSD: Decimal?
    /// RFC 3339, UTC.
    package var resetsAt: String?
    /// Also sent as `Retry-After`.
    package var retryAfterSeconds: Int?

    /// - status: the code's own unless given.
    package init(
        _ code: ProblemCode, detail: String, status: Int? = nil, jobID: String? = nil, limitSource: String? = nil,
        requiredUSD: Decimal? = nil, availableUSD: Decimal? = nil, resetsAt: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.status = status ?? code.status
        self.detail = detail
        self.jobID = jobID
        self.limitSource = limitSource
        self.requiredUSD = requiredUSD
        self.availableUSD = availableUSD
        self.resetsAt = resetsAt
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension ProblemReply {
    package static let contentType = "application/problem+json"

    /// The body. Keys always come in the same order, so equal problems are equal bytes.
    package func json(requestID: CallID) -> String {
        var object = JSONObjectText()
        object.add("type", "urn:vinci-gateway:\(code.rawValue)")
        object.add("title", code.title)
        object.add("status", status)
        object.add("detail", detail)
        object.add("code", code.rawValue)
        object.add("request_id", requestID.text)
        object.add("job_id", jobID)
        object.add("limit_source", limitSource)
        object.add("required_usd", requiredUSD)
        object.add("available_usd", availableUSD)
        object.add("resets_at", resetsAt)
        object.add("retry_after_seconds", retryAfterSeconds)
        return object.text
    }
}
