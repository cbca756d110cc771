/// Body of `POST /v1/keys`.
package struct NewKeyRequest: Codable, Sendable, Equatable {
    package var name: String
    package var rateLimit: Int?

    package init(name: String, rateLimit: Int?) {
        self.name = name
        self.rateLimit = rateLimit
    }

    enum CodingKeys: String, CodingKey {
        case name
        case rateLimit = "rate_limit"
    }
}

/// Answer to `POST /v1/keys`: the only time the key itself is shown.
package struct NewKeyReply: Codable, Sendable, Equatable {
    package var keyID: String
    package var name: String
    package var apiKey: String
    package var rateLimit: Int
    /// RFC 3339.
    package var createdAt: String

    package init(keyID: String, name: String, apiKey: String, rateLimit: Int, createdAt: String) {
        self.keyID = keyID
        self.name = name
        self.apiKey = apiKey
        self.rateLimit = rateLimit
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case name
        case keyID = "key_id"
        case apiKey = "api_key"
        case rateLimit = "rate_limit"
        case createdAt = "created_at"
    }
}

/// Printed without the key, so that a reply that ends up in a log or an error does no harm.
extension NewKeyReply: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "NewKeyReply(\(keyID))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }
}

/// One row of `GET /v1/keys`.
package struct KeyRow: Codable, Sendable, Equatable {
    package var keyID: String
    package var name: String
    package var isActive: Bool
    package var createdAt: String
    package var lastUsed: String?
    package var keyPreview: String
    package var rateLimit: Int

    package init(
        keyID: String, name: String, isActive: Bool, createdAt: String, lastUsed: String?, keyPreview: String,
        rateLimit: Int
    ) {
        self.keyID = keyID
        self.name = name
        self.isActive = isActive
        self.createdAt = createdAt
        self.lastUsed = lastUsed
        self.keyPreview = keyPreview
        self.rateLimit = rateLimit
    }

    enum CodingKeys: String, CodingKey {
        case name
        case keyID = "key_id"
        case isActive = "is_active"
        case createdAt = "created_at"
        case lastUsed = "last_used"
        case keyPreview = "key_preview"
        case rateLimit = "rate_limit"
    }

    /// Written by hand because a key that was never used says `"last_used": null`, as in Vinci's documentation.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(keyID, forKey: .keyID)
        try container.encode(name, forKey: .name)
        try container.encode(isActive, forKey: .isActive)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(lastUsed, forKey: .lastUsed)
        try container.encode(keyPreview, forKey: .keyPreview)
        try container.encode(rateLimit, forKey: .rateLimit)
    }
}

/// Answer to `GET /v1/keys`.
package struct KeyListReply: Codable, Sendable, Equatable {
    package var apiKeys: [KeyRow]
    package var count: Int

    package init(apiKeys: [KeyRow]) {
        self.apiKeys = apiKeys
        self.count = apiKeys.count
    }

    enum CodingKeys: String, CodingKey {
        case count
        case apiKeys = "api_keys"
    }
}

/// Answer to `DELETE /v1/keys/{key_id}`.
package struct KeyRevokedReply: Codable, Sendable, Equatable {
    package var message: String
    package var keyID: String

    package init(keyID: String) {
        self.message = "API key revoked successfully"
        self.keyID = keyID
    }

    enum CodingKeys: String, CodingKey {
        case message
        case keyID = "key_id"
    }
}

/// Vinci's error body.
package struct ErrorReply: Codable, Sendable, Equatable {
    package var detail: String

    package init(detail: String) {
        self.detail = detail
    }
}
