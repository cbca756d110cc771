/// Body of `POST /admin/v1/teams/{id}/tokens`. An absent limit is the default of the configuration.
package struct NewTokenRequest: RequestBody {
    package var name: String
    /// `generate:text`, `generate:image`, `status:read`, `video:read` and `billing:read` when absent.
    package var scopes: [String]?
    /// Orders per minute, 1…100.
    package var rateLimit: Int?
    /// Reads per minute.
    package var readRateLimit: Int?
    /// RFC 3339, UTC. Never when absent.
    package var expiresAt: String?
    package var allowedOrigins: [String]?
    /// False when absent.
    package var ownJobsOnly: Bool?

    package init(
        name: String, scopes: [String]? = nil, rateLimit: Int? = nil, readRateLimit: Int? = nil,
        expiresAt: String? = nil, allowedOrigins: [String]? = nil, ownJobsOnly: Bool? = nil
    ) {
        self.name = name
        self.scopes = scopes
        self.rateLimit = rateLimit
        self.readRateLimit = readRateLimit
        self.expiresAt = expiresAt
        self.allowedOrigins = allowedOrigins
        self.ownJobsOnly = ownJobsOnly
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, scopes
        case rateLimit = "rate_limit"
        case readRateLimit = "read_rate_limit"
        case expiresAt = "expires_at"
        case allowedOrigins = "allowed_origins"
        case ownJobsOnly = "own_jobs_only"
    }
}

/// Body of `PATCH /admin/v1/tokens/{key_id}`. `null` gives a limit its default, ends the expiry, or clears the origins.
package struct TokenPatch: RequestBody {
    package var name: Patch<String>
    package var scopes: Patch<[String]>
    package var rateLimit: Patch<Int>
    package var readRateLimit: Patch<Int>
    /// RFC 3339, UTC.
    package var expiresAt: Patch<String>
    package var allowedOrigins: Patch<[String]>
    package var ownJobsOnly: Patch<Bool>

    package init(
        name: Patch<String> = .absent, scopes: Patch<[String]> = .absent, rateLimit: Patch<Int> = .absent,
        readRateLimit: Patch<Int> = .absent, expiresAt: Patch<String> = .absent,
        allowedOrigins: Patch<[String]> = .absent, ownJobsOnly: Patch<Bool> = .absent
    ) {
        self.name = name
        self.scopes = scopes
        self.rateLimit = rateLimit
        self.readRateLimit = readRateLimit
        self.expiresAt = expiresAt
        self.allowedOrigins = allowedOrigins
        self.ownJobsOnly = ownJobsOnly
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, scopes
        case rateLimit = "rate_limit"
        case readRateLimit = "read_rate_limit"
        case expiresAt = "expires_at"
        case allowedOrigins = "allowed_origins"
        case ownJobsOnly = "own_jobs_only"
    }
}

/// One local token, without its text.
package struct TokenReply: Codable, Sendable, Equatable {
    package var keyID: String
    package var team: String
    package var name: String
    package var scopes: [String]
    /// Orders per minute.
    package var rateLimit: Int
    /// Reads per minute.
    package var readRateLimit: Int
    /// Empty: those of the team.
    package var allowedOrigins: [String]
    /// Sees only the jobs that it ordered itself.
    package var ownJobsOnly: Bool
    /// `sk-vgw-…` and the last four characters.
    package var preview: String
    /// `active`, `expired` or `revoked`.
    package var state: String
    /// RFC 3339, UTC.
    package var createdAt: String
    /// RFC 3339, UTC. Null: never.
    @Nullable package var expiresAt: String?
    /// RFC 3339, UTC. Null: never used.
    @Nullable package var lastUsedAt: String?

    package init(
        keyID: String, team: String, name: String, scopes: [String], rateLimit: Int, readRateLimit: Int,
        allowedOrigins: [String], ownJobsOnly: Bool, preview: String, state: String, createdAt: String,
        expiresAt: String?, lastUsedAt: String?
    ) {
        self.keyID = keyID
        self.team = team
        self.name = name
        self.scopes = scopes
        self.rateLimit = rateLimit
        self.readRateLimit = readRateLimit
        self.allowedOrigins = allowedOrigins
        self.ownJobsOnly = ownJobsOnly
        self.preview = preview
        self.state = state
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }

    enum CodingKeys: String, CodingKey {
        case team, name, scopes, preview, state
        case keyID = "key_id"
        case rateLimit = "rate_limit"
        case readRateLimit = "read_rate_limit"
        case allowedOrigins = "allowed_origins"
        case ownJobsOnly = "own_jobs_only"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case lastUsedAt = "last_used_at"
    }
}

extension TokenReply: Listed {
    package static var listName: String { "tokens" }
}

/// Answer to the issue of a token: the fields of ``TokenReply`` and, this once, the text of the token.
package struct NewTokenReply: Codable, Sendable, Equatable {
    package var token: String
    package var issued: TokenReply

    package init(token: String, issued: TokenReply) {
        self.token = token
        self.issued = issued
    }

    package init(from decoder: any Decoder) throws {
        token = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .token)
        issued = try TokenReply(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try issued.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(token, forKey: .token)
    }

    enum CodingKeys: String, CodingKey {
        case token
    }
}
