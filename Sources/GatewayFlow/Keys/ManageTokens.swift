package import GatewayCore
package import GatewayStore
import SQLDatabase

/// A token as it was asked for; every field checked.
package struct TokenRequest: Sendable {
    package var name: String
    package var scopes: Set<Scope>
    package var requestsPerMinute: Int
    package var readsPerMinute: Int
    package var allowedOrigins: Set<Origin>
    package var ownJobsOnly: Bool
    package var expiresAt: Timestamp?

    package init(
        name: String, scopes: Set<Scope>, requestsPerMinute: Int, readsPerMinute: Int,
        allowedOrigins: Set<Origin> = [], ownJobsOnly: Bool = false, expiresAt: Timestamp? = nil
    ) {
        self.name = name
        self.scopes = scopes
        self.requestsPerMinute = requestsPerMinute
        self.readsPerMinute = readsPerMinute
        self.allowedOrigins = allowedOrigins
        self.ownJobsOnly = ownJobsOnly
        self.expiresAt = expiresAt
    }
}

/// A new token with its text, which is shown this once.
package struct IssuedToken: Sendable {
    package let token: Token
    package let text: Secret
}

/// Makes, lists and revokes local tokens, for administrators and for teams themselves.
package struct ManageTokens: Sendable {
    private let store: GatewayStore
    private let directory: Directory
    private let hasher: CredentialHasher
    private let clock: any WallClock

    package init(store: GatewayStore, directory: Directory, hasher: CredentialHasher, clock: any WallClock) {
        self.store = store
        self.directory = directory
        self.hasher = hasher
        self.clock = clock
    }

    /// - Throws: `.notFound` when the team does not exist or is archived.
    package func issue(
        _ request: TokenRequest, for team: TeamID, by actor: Actor, from source: CallSource
    ) async throws(Refusal) -> IssuedToken {
        var random = SystemRandomNumberGenerator()
        let text = TokenText(.local, using: &random)
        let token = Token(
            keyID: KeyID(using: &random), team: team, name: request.name, preview: text.preview,
            scopes: request.scopes, requestsPerMinute: request.requestsPerMinute,
            readsPerMinute: request.readsPerMinute, allowedOrigins: request.allowedOrigins,
            ownJobsOnly: request.ownJobsOnly, createdAt: clock.now(), expiresAt: request.expiresAt)
        let hash = hasher.hash(text.secret)
        let isIssued = try await storing { try await store.issue(token, secretHash: hash, by: actor, from: source) }
        guard isIssued else { throw .notFound }
        await directory.refreshSoon()
        return IssuedToken(token: token, text: text.secret)
    }

    /// A team's own new token gets at most what the caller has: scopes, origins, time. Its rate may be higher, as in
    /// Vinci's own sample; what a team may order in all is the team's rate limit.
    package func issue(_ paced: Paced, _ request: TokenRequest, from source: CallSource) async throws(Refusal)
        -> IssuedToken
    {
        let caller = paced.caller.token
        try request.checkNoMore(than: caller)
        try await checkNoOwnBudget(of: caller)
        return try await issue(request, for: caller.team, by: .token(caller.keyID), from: source)
    }

    /// A token with a budget of its own could otherwise leave it behind.
    private func checkNoOwnBudget(of token: Token) async throws(Refusal) {
        let owner = JobOwner(team: token.team, token: token.keyID)
        let statuses = try await storing { try await store.budgetStatuses(of: owner, at: clock.now()) }
        guard !statuses.contains(where: { $0.budget.owner == .token(token.keyID) }) else {
            throw .invalidRequest(field: "Authorization", rule: "names a token that has a budget of its own")
        }
    }

    /// - Throws: `.notFound`.
    package func token(_ id: KeyID) async throws(Refusal) -> StoredToken {
        guard let stored = try await storing({ try await store.token(id) }) else { throw .notFound }
        return stored
    }

    /// - team: only tokens of this team; nil: all.
    package func list(of team: TeamID?) async throws(Refusal) -> [StoredToken] {
        try await storing { try await store.tokens(of: team) }
    }

    /// - team: only a token of this team; nil: of any.
    /// - Throws: `.notFound` also for other teams' tokens.
    package func change(
        _ id: KeyID, of team: TeamID?, by actor: Actor, from source: CallSource,
        _ change: @escaping @Sendable (inout Token) -> Void
    ) async throws(Refusal) -> Token {
        let changed = try await storing {
            try await store.changeToken(id, of: team, by: actor, from: source, at: clock.now(), change)
        }
        guard let changed else { throw .notFound }
        try await storing { try await directory.refresh() }
        return changed
    }

    /// Effective when this returns. Revoking twice is fine.
    /// - Throws: `.notFound` also for other teams' tokens.
    package func revoke(
        _ id: KeyID, of team: TeamID?, by actor: Actor, from source: CallSource
    ) async throws(Refusal) {
        let isRevoked = try await storing {
            try await store.revokeToken(id, of: team, by: actor, from: source, at: clock.now())
        }
        guard isRevoked else { throw .notFound }
        try await storing { try await directory.refresh() }
    }
}

extension TokenRequest {
    fileprivate func checkNoMore(than caller: Token) throws(Refusal) {
        guard scopes.isSubset(of: caller.scopes) else {
            throw .invalidRequest(
                field: "scopes",
                rule: "may only contain scopes of the calling token: \(caller.scopes.sorted().map(\.rawValue))")
        }
        guard !caller.ownJobsOnly else {
            throw .invalidRequest(field: "Authorization", rule: "names a token that is bound to its own jobs")
        }
        if let end = caller.expiresAt, expiresAt.map({ $0 > end }) ?? true {
            throw .invalidRequest(
                field: "expires_at", rule: "must not be later than the calling token's: \(end.rfc3339)")
        }
        if !caller.allowedOrigins.isEmpty, !allowedOrigins.isSubset(of: caller.allowedOrigins) || allowedOrigins.isEmpty
        {
            throw .invalidRequest(
                field: "allowed_origins", rule: "must be some of the calling token's origins")
        }
    }
}
