/// Every reason for which the gateway answers with a problem, as programs read it. A code never changes its meaning.
package enum ProblemCode: String, Sendable, CaseIterable {
    case invalidRequest = "invalid_request"
    case invalidToken = "invalid_token"
    case budgetExceeded = "budget_exceeded"
    case scopeMissing = "scope_missing"
    case originNotAllowed = "origin_not_allowed"
    case teamSuspended = "team_suspended"
    case notFound = "not_found"
    case requestTimeout = "request_timeout"
    case idempotencyInProgress = "idempotency_in_progress"
    case bodyTooLarge = "body_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case idempotencyMismatch = "idempotency_mismatch"
    case rateLimited = "rate_limited"
    case tooManyOpenJobs = "too_many_open_jobs"
    case internalError = "internal_error"
    case upstreamUnavailable = "upstream_unavailable"
    case upstreamBusy = "upstream_busy"
    case upstreamBalanceLow = "upstream_balance_low"
    case storageUnavailable = "storage_unavailable"
    case draining
    case tooManyConnections = "too_many_connections"
    case outcomeUnknown = "outcome_unknown"
}

extension ProblemCode {
    /// The HTTP status that goes with the code.
    package var status: Int {
        switch self {
        case .invalidRequest: 400
        case .invalidToken: 401
        case .budgetExceeded: 402
        case .scopeMissing, .originNotAllowed, .teamSuspended: 403
        case .notFound: 404
        case .requestTimeout: 408
        case .idempotencyInProgress: 409
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .idempotencyMismatch: 422
        case .rateLimited, .tooManyOpenJobs: 429
        case .internalError: 500
        case .upstreamUnavailable, .upstreamBusy, .upstreamBalanceLow, .storageUnavailable, .draining: 503
        case .tooManyConnections: 503
        case .outcomeUnknown: 504
        }
    }

    /// A heading for people, the same for every occurrence.
    package var title: String {
        switch self {
        case .invalidRequest: "Invalid request"
        case .invalidToken: "Invalid API key"
        case .budgetExceeded: "Insufficient balance"
        case .scopeMissing: "Not allowed for this token"
        case .originNotAllowed: "Origin not allowed"
        case .teamSuspended: "Team suspended"
        case .notFound: "Not found"
        case .requestTimeout: "Request timed out"
        case .idempotencyInProgress: "Same request still in progress"
        case .bodyTooLarge: "File too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .idempotencyMismatch: "Idempotency key used for another request"
        case .rateLimited: "Rate limit exceeded"
        case .tooManyOpenJobs: "Too many open jobs"
        case .internalError: "Internal error"
        case .upstreamUnavailable: "Vinci is unavailable"
        case .upstreamBusy: "Vinci is busy"
        case .upstreamBalanceLow: "Vinci account balance is low"
        case .storageUnavailable: "Storage is unavailable"
        case .draining: "Shutting down"
        case .tooManyConnections: "Too many connections"
        case .outcomeUnknown: "Outcome unknown"
        }
    }
}
