/// One line of the audit log: who did what to what, with which end. Never a secret.
package struct AuditRecord: Sendable, Hashable {
    package var at: Timestamp
    package var actor: Actor
    package var team: TeamID?
    package var action: AuditAction
    /// What was acted on: a job, a key, a team, `team:marketing/month` …
    package var object: String
    package var outcome: AuditOutcome
    package var hold: MicroUSD?
    package var cost: MicroUSD?
    /// Vinci's id of the job.
    package var upstreamRequestID: RequestID?
    /// HTTP status of Vinci's reply, when there was one.
    package var upstreamStatus: Int?
    package var source: CallSource
    /// Of an order, admitted or refused.
    package var prompt: AuditedPrompt?
    /// A short sentence: the reason, the evidence, the change. Printable, at most 500 characters.
    package var detail: String?

    package init(
        at: Timestamp, actor: Actor, team: TeamID?, action: AuditAction, object: String,
        outcome: AuditOutcome = .done, hold: MicroUSD? = nil, cost: MicroUSD? = nil,
        upstreamRequestID: RequestID? = nil, upstreamStatus: Int? = nil, source: CallSource = .none,
        prompt: AuditedPrompt? = nil, detail: String? = nil
    ) {
        self.at = at
        self.actor = actor
        self.team = team
        self.action = action
        self.object = object
        self.outcome = outcome
        self.hold = hold
        self.cost = cost
        self.upstreamRequestID = upstreamRequestID
        self.upstreamStatus = upstreamStatus
        self.source = source
        self.prompt = prompt
        self.detail = detail
    }
}

/// What the log keeps of a prompt.
package struct AuditedPrompt: Sendable, Hashable {
    /// Keyed, 32 bytes: equal prompts are seen to be equal, their words are not.
    package let hash: [UInt8]
    /// Unicode scalars.
    package let characters: Int
    /// The words, only where the configuration says so (`audit.prompts`).
    package let text: String?

    package init(hash: [UInt8], characters: Int, text: String? = nil) {
        self.hash = hash
        self.characters = characters
        self.text = text
    }
}

package enum AuditOutcome: String, Sendable, CaseIterable {
    case done, refused
}

/// Who acted.
package enum Actor: Sendable, Hashable {
    case token(KeyID)
    case admin(AdminTokenID)
    /// The gateway itself: `tracker`, `start`, `bootstrap` …
    case gateway(String)
    /// Nobody who could be named: a refused authentication.
    case anonymous

    /// `token:vinci_…`, `admin:admin_…`, `gateway:tracker`, `anonymous`
    package var text: String {
        switch self {
        case .token(let id): "token:\(id)"
        case .admin(let id): "admin:\(id)"
        case .gateway(let part): "gateway:\(part)"
        case .anonymous: "anonymous"
        }
    }

    /// Reads what ``text`` wrote; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("token", 2): self = .token(KeyID(stored: parts[1]))
        case ("admin", 2): self = .admin(AdminTokenID(stored: parts[1]))
        case ("gateway", 2): self = .gateway(parts[1])
        case ("anonymous", 1): self = .anonymous
        default: return nil
        }
    }
}

/// Where a call came from, as far as it is known; all of it is the client's word but the address.
package struct CallSource: Sendable, Hashable {
    package var clientAddress: String?
    package var origin: String?
    /// Our `X-Request-Id` of the call.
    package var requestID: String?

    package static let none = CallSource(clientAddress: nil, origin: nil, requestID: nil)

    package init(clientAddress: String?, origin: String?, requestID: String?) {
        self.clientAddress = clientAddress
        self.origin = origin
        self.requestID = requestID
    }
}
