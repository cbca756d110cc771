package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Stores a new administrator's token under the keyed hash of its text.
    package func issue(
        _ token: AdminToken, secretHash: [UInt8], by actor: Actor, from source: CallSource
    ) async throws(SQLFailure) {
        try await database.write { (connection) throws(SQLFailure) in
            try connection.insert(token, secretHash: secretHash, by: actor, from: source)
            return .commit(())
        }
    }

    /// Stores the first owner, if the store has no administrator yet; two processes that start at once make one.
    /// - Returns: whether this one was stored.
    package func issueFirstOwner(
        _ token: AdminToken, secretHash: [UInt8], by actor: Actor
    ) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            // The head's row serves as the lock: announcing is part of this transaction anyway.
            try connection.lockChanges()
            guard try connection.adminTokens().isEmpty else { return .rollback(false) }
            try connection.insert(token, secretHash: secretHash, by: actor, from: .none)
            return .commit(true)
        }
    }

    /// Revokes an administrator, but not the last valid owner: somebody must remain who can let others in. Revoking twice
    /// is fine and keeps the first time.
    package func revokeAdminToken(
        _ id: AdminTokenID, by actor: Actor, from source: CallSource, at now: Timestamp
    ) async throws(SQLFailure) -> AdminRevocation {
        try await database.write { (connection) throws(SQLFailure) in
            try connection.lockChanges()
            let tokens = try connection.adminTokens().map(\.token)
            guard let token = tokens.first(where: { $0.id == id }) else { return .rollback(.noSuchToken) }
            guard token.revokedAt == nil else { return .rollback(.revoked) }
            let owners = tokens.filter { $0.role == .owner && $0.isValid(at: now) && $0.id != id }
            guard token.role != .owner || !owners.isEmpty else { return .rollback(.lastOwner) }
            try connection.execute(
                "UPDATE admin_token SET revoked_us = $2 WHERE id = $1", [.text(id.text), SQLValue(now)])
            try connection.note(.adminRevoked, token, by: actor, from: source, at: now)
            return .commit(.revoked)
        }
    }

    /// All administrators' tokens, revoked ones included, oldest first.
    package func adminTokens() async throws(SQLFailure) -> [StoredAdminToken] {
        try await database.read { (connection) throws(SQLFailure) in try connection.adminTokens() }
    }
}

package enum AdminRevocation: Sendable, Equatable {
    case revoked, noSuchToken, lastOwner
}

package struct StoredAdminToken: Sendable, Equatable {
    package let token: AdminToken
    /// Keyed hash of the text, 32 bytes.
    package let secretHash: [UInt8]
}

extension SQLConnection {
    func adminTokens() throws(SQLFailure) -> [StoredAdminToken] {
        let rows = try query("SELECT * FROM admin_token ORDER BY created_us, id")
        return try rows.map { (row) throws(SQLFailure) in
            StoredAdminToken(
                token: AdminToken(
                    id: AdminTokenID(stored: try row.text("id")), name: try row.text("name"),
                    role: try row.choice("role"), preview: try row.text("preview"),
                    createdAt: try row.instant("created_us"), expiresAt: try row.instantIfAny("expires_us"),
                    revokedAt: try row.instantIfAny("revoked_us")),
                secretHash: try row.blob("secret_hash"))
        }
    }

    fileprivate func insert(
        _ token: AdminToken, secretHash: [UInt8], by actor: Actor, from source: CallSource
    ) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO admin_token (id, name, role, preview, secret_hash, created_us, expires_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(token.id.text), .text(token.name), .text(token.role.rawValue), .text(token.preview),
                .blob(secretHash), SQLValue(token.createdAt), SQLValue(token.expiresAt),
            ])
        try note(.adminIssued, token, by: actor, from: source, at: token.createdAt)
    }

    fileprivate func note(
        _ action: AuditAction, _ token: AdminToken, by actor: Actor, from source: CallSource, at now: Timestamp
    ) throws(SQLFailure) {
        try announce(.adminToken, token.id.text, at: now)
        try append(
            AuditRecord(
                at: now, actor: actor, team: nil, action: action, object: token.id.text, source: source,
                detail: "\(token.name): \(token.role.rawValue)"))
    }
}
