/// Our own "no". Which status and words it gets is decided in one place, `GatewayHTTP/Refusals`.
///
/// Order in which a request meets them: 401 → 403 → 429 → 413/415/400 → idempotency → open jobs → budget → account.
package enum Refusal: Error, Sendable, Equatable {
    /// Absent, malformed, unknown, expired and revoked tokens are one and the same.
    case invalidToken
    case scopeMissing(oneOf: [Scope])
    case originNotAllowed
    case teamSuspended
    /// An administrator's role does not have this power.
    case roleForbids(AdminRole)
    case rateLimited(PaceReading)

    /// `field`: as the client spells it; `rule`: completes the sentence "`field` …".
    case invalidRequest(field: String, rule: String)
    case bodyTooLarge(rule: String)
    case unsupportedMediaType(rule: String)

    case idempotencyInProgress(retryAfter: Duration)
    case idempotencyMismatch
    case tooManyOpenJobs(limit: Int)
    case budgetExceeded(BudgetShortage)

    /// Also for what belongs to somebody else.
    case notFound

    /// A complete 400, 404, 413 or 422 of Vinci's; `detail` is cleaned.
    case rejectedUpstream(JobID, status: Int, detail: String)
    case upstreamUnavailable(JobID?, retryAfter: Duration)
    case upstreamBusy(JobID?, retryAfter: Duration)
    case upstreamBalanceLow(JobID?, retryAfter: Duration)
    /// The order may or may not exist at Vinci; ordering again could pay twice.
    case outcomeUnknown(JobID)

    /// The caller's own job has no video: not yet, or it ended without one.
    case noVideo(JobID, isEnded: Bool)
    /// The video exists, and cannot be had now.
    case videoUnavailable(JobID, VideoTrouble)

    case storageUnavailable
    /// The process is about to stop.
    case draining
}
