package import GatewayCore
package import GatewayStore

/// Administrators' tokens.
package struct ManageAdmins: Sendable {
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

    package func issue(
        name: String, role: AdminRole, expiresAt: Timestamp?, _ permit: AdminPermit
    ) async throws(Refusal) -> (token: AdminToken, text: Secret) {
        var random = SystemRandomNumberGenerator()
        let text = TokenText(.admin, using: &random)
        let token = AdminToken(
            id: AdminTokenID(using: &random), name: name, role: role, preview: text.preview, createdAt: clock.now(),
            expiresAt: expiresAt)
        let hash = hasher.hash(text.secret)
        try await storing {
            try await store.issue(token, secretHash: hash, by: permit.actor, from: permit.source)
        }
        await directory.refreshSoon()
        return (token, text.secret)
    }

    /// Makes the first owner if there is no administrator yet.
    /// - text: the owner's credential; nil: a new one is drawn.
    /// - Returns: the credential, or nil when the store has an administrator.
    package func makeFirstOwner(_ text: Secret?) async throws(Refusal) -> Secret? {
        var random = SystemRandomNumberGenerator()
        let drawn = TokenText(.admin, using: &random)
        let secret = text ?? drawn.secret
        let preview = text == nil ? drawn.preview : "…" + secret.reveal().suffix(4)
        let token = AdminToken(
            id: AdminTokenID(using: &random), name: "first owner", role: .owner, preview: preview,
            createdAt: clock.now(), expiresAt: nil)
        let hash = hasher.hash(secret)
        let isStored = try await storing {
            try await store.issueFirstOwner(token, secretHash: hash, by: .gateway("bootstrap"))
        }
        await directory.refreshSoon()
        return isStored ? secret : nil
    }

    package func list() async throws(Refusal) -> [AdminToken] {
        try await storing { try await store.adminTokens() }.map(\.token)
    }

    /// - Throws: `.notFound`, or `.invalidRequest` for the last valid owner.
    package func revoke(_ id: AdminTokenID, _ permit: AdminPermit) async throws(Refusal) {
        let end = try await storing {
            try await store.revokeAdminToken(id, by: permit.actor, from: permit.source, at: clock.now())
        }
        switch end {
        case .noSuchToken: throw .notFound
        case .lastOwner: throw .invalidRequest(field: "id", rule: "is the last owner; issue another one first")
        case .revoked: try await storing { try await directory.refresh() }
        }
    }
}
