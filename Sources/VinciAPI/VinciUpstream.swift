/// Vinci as the flows see it, through **one** API key: an instance never mixes keys, and the key itself stays inside.
///
/// Every call has its own deadline and never throws cancellation half-way through a paid call: ``submit(_:_:)`` runs to an
/// outcome even when the calling task is cancelled.
package protocol VinciUpstream: Sendable {
    /// Sends the order at most once; nothing in here retries.
    func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome>

    /// - requestID: must have passed ``VinciLimits/isRequestID(_:)``.
    func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>>
    func balance() async -> Reading<QueryOutcome<BalanceReply>>
    func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>>
    func keys() async -> Reading<QueryOutcome<KeyListReply>>
    /// Not free to repeat, unlike the other questions: after `unreachable` a key may exist that nobody was told.
    func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>>
    func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>>
}

/// Under which conditions an order is sent, and who hears of a reply that comes too late.
package struct SendTerms: Sendable {
    /// How long a complete reply is waited for; the upstream's own request timeout if that is shorter. Afterwards the
    /// outcome is `unknown`.
    package var patience: Duration
    /// Asked right before the first byte is written; when false, nothing is sent.
    package var isStillOurs: @Sendable () -> Bool
    /// Told at most once, and only after an `unknown` for want of patience: what the reply says that came after all. Never
    /// told of another `unknown`.
    package var late: @Sendable (Reading<SubmitOutcome>) async -> Void

    package init(
        patience: Duration, isStillOurs: @escaping @Sendable () -> Bool = { true },
        late: @escaping @Sendable (Reading<SubmitOutcome>) async -> Void = { _ in }
    ) {
        self.patience = patience
        self.isStillOurs = isStillOurs
        self.late = late
    }
}

/// An outcome together with what the reply's `X-RateLimit-*` headers said, if it had any.
package struct Reading<Outcome: Sendable>: Sendable {
    package var outcome: Outcome
    package var rateLimit: RateLimitReading?

    package init(_ outcome: Outcome, rateLimit: RateLimitReading? = nil) {
        self.outcome = outcome
        self.rateLimit = rateLimit
    }
}

extension Reading: Equatable where Outcome: Equatable {}

/// `X-RateLimit-Limit`, `-Remaining` and `-Reset` of one reply. Values out of range are dropped as if absent.
package struct RateLimitReading: Sendable, Equatable {
    /// Requests per minute, ≥ 1.
    package var limit: Int
    /// 0…limit.
    package var remaining: Int
    /// Unix seconds.
    package var resetsAt: Int64?

    package init(limit: Int, remaining: Int, resetsAt: Int64?) {
        self.limit = limit
        self.remaining = remaining
        self.resetsAt = resetsAt
    }
}

/// What became of an order that was handed to Vinci.
package enum SubmitOutcome: Sendable, Equatable {
    /// 2xx with a valid request id.
    case accepted(OrderReply)
    /// Proof that no job was created.
    case notCreated(NotCreated)
    /// Sent, and no proof either way. Never re-sent.
    case unknown(UnknownCause)
}

/// The proofs that an order created nothing.
package enum NotCreated: Error, Sendable, Equatable {
    /// Not one byte of the request was written (name resolution, connect, TLS, our own limit).
    case notSent(reason: String)
    /// A complete 400, 404, 413 or 422. `detail` is cleaned: printable, at most 500 characters.
    case rejected(status: Int, detail: String)
    /// A complete 401 or 403: our key is bad.
    case keyRejected(status: Int)
    /// A complete 402: the account is empty.
    case accountEmpty(detail: String)
    /// A complete 429.
    case rateLimited(retryAfterSeconds: Int?)
    /// A complete 500 with a JSON `detail`, taken for "not created" only under `upstream.on_server_error: release`.
    case serverError(detail: String)
}

/// Why nobody can say whether the order exists at Vinci.
package struct UnknownCause: Sendable, Equatable {
    /// HTTP status, when a head arrived.
    package var status: Int?
    /// A short sentence without any secret or client text.
    package var reason: String

    package init(status: Int?, reason: String) {
        self.status = status
        self.reason = reason
    }
}

/// The outcome of a call that is free to repeat.
package enum QueryOutcome<Reply: Sendable>: Sendable {
    case reply(Reply)
    case failed(QueryFailure)
}

extension QueryOutcome: Equatable where Reply: Equatable {}

package enum QueryFailure: Error, Sendable, Equatable {
    /// No complete reply: connection, deadline, truncation.
    case unreachable(reason: String)
    /// A complete reply other than 2xx. `detail` is cleaned like ``NotCreated/rejected(status:detail:)``.
    case status(Int, detail: String, retryAfterSeconds: Int?)
    /// 2xx, but not the documented shape.
    case unreadable(reason: String)
}
