/// Body of `POST /admin/v1/teams`.
package struct NewTeamRequest: RequestBody {
    /// Chosen by the operator and never changed: it appears in limit sources, metrics and audit records.
    package var id: String
    /// What people call the team; its id when absent.
    package var name: String?
    /// Orders per minute of all its tokens together; no limit of the team when absent.
    package var rateLimit: Int?
    /// Jobs that may be open at once; `limits.open_jobs_per_team` when absent.
    package var openJobsMax: Int?
    /// Exact origins (`https://app.example`) that browsers may call from; none when absent.
    package var allowedOrigins: [String]?

    package init(
        id: String, name: String? = nil, rateLimit: Int? = nil, openJobsMax: Int? = nil, allowedOrigins: [String]? = nil
    ) {
        self.id = id
        self.name = name
        self.rateLimit = rateLimit
        self.openJobsMax = openJobsMax
        self.allowedOrigins = allowedOrigins
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name
        case rateLimit = "rate_limit"
        case openJobsMax = "open_jobs_max"
        case allowedOrigins = "allowed_origins"
    }
}

/// Body of `PATCH /admin/v1/teams/{id}`. Limits and origins take `null` to be cleared, name and suspended do not.
package struct TeamPatch: RequestBody {
    package var name: Patch<String>
    /// A suspended team can read, but not order.
    package var suspended: Patch<Bool>
    package var rateLimit: Patch<Int>
    package var openJobsMax: Patch<Int>
    package var allowedOrigins: Patch<[String]>

    package init(
        name: Patch<String> = .absent, suspended: Patch<Bool> = .absent, rateLimit: Patch<Int> = .absent,
        openJobsMax: Patch<Int> = .absent, allowedOrigins: Patch<[String]> = .absent
    ) {
        self.name = name
        self.suspended = suspended
        self.rateLimit = rateLimit
        self.openJobsMax = openJobsMax
        self.allowedOrigins = allowedOrigins
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, suspended
        case rateLimit = "rate_limit"
        case openJobsMax = "open_jobs_max"
        case allowedOrigins = "allowed_origins"
    }
}

/// One team.
package struct TeamReply: Codable, Sendable, Equatable {
    package var id: String
    package var name: String
    /// `active`, `suspended` or `archived`.
    package var state: String
    /// Orders per minute; null is no limit of the team.
    @Nullable package var rateLimit: Int?
    /// Null is `limits.open_jobs_per_team`.
    @Nullable package var openJobsMax: Int?
    /// Of every token that names none of its own.
    package var allowedOrigins: [String]
    /// RFC 3339, UTC.
    package var createdAt: String

    package init(
        id: String, name: String, state: String, rateLimit: Int?, openJobsMax: Int?, allowedOrigins: [String],
        createdAt: String
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.rateLimit = rateLimit
        self.openJobsMax = openJobsMax
        self.allowedOrigins = allowedOrigins
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, state
        case rateLimit = "rate_limit"
        case openJobsMax = "open_jobs_max"
        case allowedOrigins = "allowed_origins"
        case createdAt = "created_at"
    }
}

extension TeamReply: Listed {
    package static var listName: String { "teams" }
}
