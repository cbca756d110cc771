/// `POST /gateway/v1/videos/{id}/link` and `POST /gateway/v1/jobs/{id}/events/link`: an address that needs no token.
package struct SignedLinkReply: Codable, Sendable, Equatable {
    package var url: String
    /// RFC 3339, UTC.
    package var expiresAt: String

    package init(url: String, expiresAt: String) {
        self.url = url
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case url
        case expiresAt = "expires_at"
    }
}
