package import Foundation

/// An `application/problem+json` body (RFC 9457): every refusal of the gateway. Fields that do not apply are absent.
package struct Problem: Codable, Sendable, Equatable {
    /// `urn:vinci-gateway:<code>`.
    package var type: String
    package var title: String
    /// The HTTP status.
    package var status: Int
    /// A sentence for people; the one field that Vinci's own clients read.
    package var detail: String
    /// For programs; never changes its meaning.
    package var code: String
    /// As in `X-Request-Id`.
    package var requestID: String
    package var jobID: String?
    /// The limit that refused, such as `team:marketing/month`.
    package var limitSource: String?
    package var requiredUSD: Decimal?
    package var availableUSD: Decimal?
    /// RFC 3339, UTC.
    package var resetsAt: String?
    /// As in `Retry-After`.
    package var retryAfterSeconds: Int?

    package init(
        type: String, title: String, status: Int, detail: String, code: String, requestID: String, jobID: String? = nil,
        limitSource: String? = nil, requiredUSD: Decimal? = nil, availableUSD: Decimal? = nil, resetsAt: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code
        self.requestID = requestID
        self.jobID = jobID
        self.limitSource = limitSource
        self.requiredUSD = requiredUSD
        self.availableUSD = availableUSD
        self.resetsAt = resetsAt
        self.retryAfterSeconds = retryAfterSeconds
    }

    enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code
        case requestID = "request_id"
        case jobID = "job_id"
        case limitSource = "limit_source"
        case requiredUSD = "required_usd"
        case availableUSD = "available_usd"
        case resetsAt = "resets_at"
        case retryAfterSeconds = "retry_after_seconds"
    }
}

extension Problem {
    package static let contentType = "application/problem+json"

    /// The `type` of a problem with this code.
    package static func type(of code: String) -> String { "urn:vinci-gateway:\(code)" }
}
