package import Foundation

/// One audit record. Fields that do not apply are absent.
package struct AuditRow: Codable, Sendable, Equatable {
    /// Grows by one; the cursor of the list.
    package var seq: Int64
    /// RFC 3339, UTC.
    package var at: String
    /// `token:vinci_…`, `admin:admin_…`, `gateway:tracker` (a part of the gateway itself) or `anonymous`.
    package var actor: String
    package var team: String?
    /// Such as `order.admitted`.
    package var action: String
    /// What was acted on: `job_…`, `vinci_…`, a team, `team:marketing/month`.
    package var object: String
    /// `done` or `refused`.
    package var outcome: String
    package var holdUSD: Decimal?
    package var costUSD: Decimal?
    package var upstreamRequestID: String?
    package var upstreamStatus: Int?
    package var clientAddress: String?
    /// The browser's.
    package var origin: String?
    /// The gateway's, as in `X-Request-Id`.
    package var requestID: String?
    /// Keyed hash of an order's prompt, hexadecimal.
    package var promptHash: String?
    /// Its length in Unicode scalars.
    package var promptCharacters: Int?
    /// Its words, only with `audit.prompts: true`.
    package var prompt: String?
    package var detail: String?

    package init(
        seq: Int64, at: String, actor: String, team: String? = nil, action: String, object: String, outcome: String,
        holdUSD: Decimal? = nil, costUSD: Decimal? = nil, upstreamRequestID: String? = nil, upstreamStatus: Int? = nil,
        clientAddress: String? = nil, origin: String? = nil, requestID: String? = nil,
        promptHash: String? = nil, promptCharacters: Int? = nil, prompt: String? = nil, detail: String? = nil
    ) {
        self.seq = seq
        self.at = at
        self.actor = actor
        self.team = team
        self.action = action
        self.object = object
        self.outcome = outcome
        self.holdUSD = holdUSD
        self.costUSD = costUSD
        self.upstreamRequestID = upstreamRequestID
        self.upstreamStatus = upstreamStatus
        self.clientAddress = clientAddress
        self.origin = origin
        self.requestID = requestID
        self.promptHash = promptHash
        self.promptCharacters = promptCharacters
        self.prompt = prompt
        self.detail = detail
    }

    enum CodingKeys: String, CodingKey {
        case seq, at, actor, team, action, object, outcome, origin, prompt, detail
        case promptHash = "prompt_hash"
        case promptCharacters = "prompt_characters"
        case holdUSD = "hold_usd"
        case costUSD = "cost_usd"
        case upstreamRequestID = "upstream_request_id"
        case upstreamStatus = "upstream_status"
        case clientAddress = "client_address"
        case requestID = "request_id"
    }
}

extension AuditRow: Listed {
    package static var listName: String { "records" }
}
