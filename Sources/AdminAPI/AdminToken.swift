/// What the holder of an admin token may do.
package enum AdminRoleName: String, Codable, Sendable, CaseIterable {
    /// Everything.
    case owner
    /// All but admin tokens and upstream keys.
    case `operator`
    /// Reads only.
    case auditor
}

/// Body of `POST /admin/v1/admin-tokens`.
package struct NewAdminTokenRequest: RequestBody {
    package var name: String
    package var role: AdminRoleName
    /// RFC 3339, UTC. Never when absent.
    package var expiresAt: String?

    package init(name: String, role: AdminRoleName, expiresAt: String? = nil) {
        self.name = name
        self.role = role
        self.expiresAt = expiresAt
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, role
        case expiresAt = "expires_at"
    }
}

/// One admin token, without its text.
package struct AdminTokenReply: Codable, Sendable, Equatable {
    package var id: String
    package var name: String
    package var role: AdminRoleName
    /// `adm-vgw-…` and the last four characters.
    package var preview: String
    /// `active`, `expired` or `revoked`.
    package var state: String
    /// RFC 3339, UTC.
    package var createdAt: String
    /// RFC 3339, UTC. Null: never.
    @Nullable package var expiresAt: String?

    package init(
        id: String, name: String, role: AdminRoleName, preview: String, state: String, createdAt: String,
        expiresAt: String?
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.preview = preview
        self.state = state
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, role, preview, state
        case createdAt = "created_at"
        case expiresAt = "expires_at"
    }
}

extension AdminTokenReply: Listed {
    package static var listName: String { "admin_tokens" }
}

/// Answer to the issue of an admin token: the fields of ``AdminTokenReply`` and, this once, the text of the token.
package struct NewAdminTokenReply: Codable, Sendable, Equatable {
    package var token: String
    package var issued: AdminTokenReply

    package init(token: String, issued: AdminTokenReply) {
        self.token = token
        self.issued = issued
    }

    package init(from decoder: any Decoder) throws {
        token = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .token)
        issued = try AdminTokenReply(from: decoder)
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
