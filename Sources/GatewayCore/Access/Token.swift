/// A local token's record. Its text is not here: the store keeps a keyed hash only.
package struct Token: Sendable, Equatable {
    package var keyID: KeyID
    package var team: TeamID
    package var name: String
    package var preview: String
    package var scopes: Set<Scope>
    /// Orders and key calls in any 60 seconds.
    package var requestsPerMinute: Int
    /// Status, billing and list calls in any 60 seconds.
    package var readsPerMinute: Int
    /// Empty: the team's origins hold.
    package var allowedOrigins: Set<Origin>
    /// True for tokens given to browsers: they see only the jobs that they created.
    package var ownJobsOnly: Bool
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        keyID: KeyID, team: TeamID, name: String, preview: String, scopes: Set<Scope>, requestsPerMinute: Int,
        readsPerMinute: Int, allowedOrigins: Set<Origin>, ownJobsOnly: Bool, createdAt: Timestamp,
        expiresAt: Timestamp?, revokedAt: Timestamp? = nil
    ) {
        self.keyID = keyID
        self.team = team
        self.name = name
        self.preview = preview
        self.scopes = scopes
        self.requestsPerMinute = requestsPerMinute
        self.readsPerMinute = readsPerMinute
        self.allowedOrigins = allowedOrigins
        self.ownJobsOnly = ownJobsOnly
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    /// Neither revoked nor expired.
    package func isValid(at now: Timestamp) -> Bool {
        revokedAt.map { $0 > now } != false && expiresAt.map { $0 > now } != false
    }
}
