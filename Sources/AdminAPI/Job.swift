package import Foundation
package import VinciAPI

/// One order, as both ports show it.
package struct JobReply: Codable, Sendable, Equatable {
    /// Ours, `job_…`.
    package var jobID: String
    /// Vinci's, once it accepted the order.
    @Nullable package var requestID: String?
    package var team: String
    /// The token that ordered.
    package var keyID: String
    package var kind: VideoKind
    /// `queued`, `dispatching`, `accepted`, `completed`, `failed`, `refused`, `cancelled`, `unknown` or `written_off`.
    package var state: String
    /// As ordered until the job ends, then as Vinci billed.
    package var seconds: Decimal
    package var estimatedCostUSD: Decimal
    /// What was set aside; the amount stays here after it was settled.
    package var holdUSD: Decimal
    /// Null until the true cost is known.
    @Nullable package var costUSD: Decimal?
    /// RFC 3339, UTC.
    package var createdAt: String
    /// RFC 3339, UTC.
    @Nullable package var acceptedAt: String?
    /// RFC 3339, UTC.
    @Nullable package var endedAt: String?
    @Nullable package var videoURL: String?
    @Nullable package var error: String?
    /// Id of the upstream key that ordered it; on the admin port only.
    package var upstreamKey: String?
    /// Oldest first; on the admin port, for a single job.
    package var history: [JobChange]?

    package init(
        jobID: String, requestID: String?, team: String, keyID: String, kind: VideoKind, state: String,
        seconds: Decimal, estimatedCostUSD: Decimal, holdUSD: Decimal, costUSD: Decimal?, createdAt: String,
        acceptedAt: String?, endedAt: String?, videoURL: String?, error: String?, upstreamKey: String? = nil,
        history: [JobChange]? = nil
    ) {
        self.jobID = jobID
        self.requestID = requestID
        self.team = team
        self.keyID = keyID
        self.kind = kind
        self.state = state
        self.seconds = seconds
        self.estimatedCostUSD = estimatedCostUSD
        self.holdUSD = holdUSD
        self.costUSD = costUSD
        self.createdAt = createdAt
        self.acceptedAt = acceptedAt
        self.endedAt = endedAt
        self.videoURL = videoURL
        self.error = error
        self.upstreamKey = upstreamKey
        self.history = history
    }

    enum CodingKeys: String, CodingKey {
        case team, kind, state, seconds, error, history
        case jobID = "job_id"
        case requestID = "request_id"
        case keyID = "key_id"
        case estimatedCostUSD = "estimated_cost_usd"
        case holdUSD = "hold_usd"
        case costUSD = "cost_usd"
        case createdAt = "created_at"
        case acceptedAt = "accepted_at"
        case endedAt = "ended_at"
        case videoURL = "video_url"
        case upstreamKey = "upstream_key"
    }
}

extension JobReply: Listed {
    package static var listName: String { "jobs" }
}

/// One change of a job's state.
package struct JobChange: Codable, Sendable, Equatable {
    /// RFC 3339, UTC.
    package var at: String
    /// Null for the first.
    @Nullable package var from: String?
    package var to: String
    @Nullable package var reason: String?

    package init(at: String, from: String?, to: String, reason: String?) {
        self.at = at
        self.from = from
        self.to = to
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case at, from, to, reason
    }
}

/// What an operator found out about an order of unknown outcome.
package enum JobResolution: String, Codable, Sendable, CaseIterable {
    /// Vinci created nothing: the hold is released.
    case notCharged = "not_charged"
    /// Vinci charged for it, and there is no request id: `cost_usd` is written off.
    case charged
    /// Vinci's `request_id` was found: the job goes on as accepted.
    case found
}

/// Body of `POST /admin/v1/jobs/{job_id}/resolve`, for jobs in state `unknown`.
package struct ResolveRequest: RequestBody {
    package var resolution: JobResolution
    /// Required with `charged`, refused otherwise.
    package var costUSD: Decimal?
    /// Required with `found`, refused otherwise.
    package var requestID: String?
    /// How the operator knows; kept in the audit record.
    package var reason: String

    package init(resolution: JobResolution, costUSD: Decimal? = nil, requestID: String? = nil, reason: String) {
        self.resolution = resolution
        self.costUSD = costUSD
        self.requestID = requestID
        self.reason = reason
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case resolution, reason
        case costUSD = "cost_usd"
        case requestID = "request_id"
    }
}
