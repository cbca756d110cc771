/// Answer to `GET /gateway/v1/whoami`: what the calling token is and may still do.
package struct WhoamiReply: Codable, Sendable, Equatable {
    package var team: String
    package var teamName: String
    package var keyID: String
    package var name: String
    package var scopes: [String]
    package var allowedOrigins: [String]
    package var ownJobsOnly: Bool
    /// RFC 3339, UTC. Null: never.
    @Nullable package var expiresAt: String?
    /// Orders.
    package var rateLimit: PaceReply
    /// Reads.
    package var readRateLimit: PaceReply
    /// Of the team.
    package var openJobs: Int
    /// Of the team.
    package var openJobsMax: Int
    /// Of the token and its team; an order must fit them all, and the organization's.
    package var budgets: [BudgetReply]

    package init(
        team: String, teamName: String, keyID: String, name: String, scopes: [String], allowedOrigins: [String],
        ownJobsOnly: Bool, expiresAt: String?, rateLimit: PaceReply, readRateLimit: PaceReply, openJobs: Int,
        openJobsMax: Int, budgets: [BudgetReply]
    ) {
        self.team = team
        self.teamName = teamName
        self.keyID = keyID
        self.name = name
        self.scopes = scopes
        self.allowedOrigins = allowedOrigins
        self.ownJobsOnly = ownJobsOnly
        self.expiresAt = expiresAt
        self.rateLimit = rateLimit
        self.readRateLimit = readRateLimit
        self.openJobs = openJobs
        self.openJobsMax = openJobsMax
        self.budgets = budgets
    }

    enum CodingKeys: String, CodingKey {
        case team, name, scopes, budgets
        case openJobs = "open_jobs"
        case openJobsMax = "open_jobs_max"
        case teamName = "team_name"
        case keyID = "key_id"
        case allowedOrigins = "allowed_origins"
        case ownJobsOnly = "own_jobs_only"
        case expiresAt = "expires_at"
        case rateLimit = "rate_limit"
        case readRateLimit = "read_rate_limit"
    }
}

/// A rate limit and what is left of it.
package struct PaceReply: Codable, Sendable, Equatable {
    /// Requests per minute.
    package var limit: Int
    package var remaining: Int
    /// When the whole limit is free again. RFC 3339, UTC.
    package var resetsAt: String

    package init(limit: Int, remaining: Int, resetsAt: String) {
        self.limit = limit
        self.remaining = remaining
        self.resetsAt = resetsAt
    }

    enum CodingKeys: String, CodingKey {
        case limit, remaining
        case resetsAt = "resets_at"
    }
}
