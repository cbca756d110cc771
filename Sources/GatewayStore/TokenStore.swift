package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Stores a new token under the keyed hash of its text.
    /// - secretHash: 32 bytes.
    /// - Returns: false when the team does not exist or is archived.
    package func issue(
        _ token: Token, secretHash: [UInt8], by actor: Actor, from source: CallSource
    ) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            // Locked: the team cannot be archived meanwhile.
            guard try connection.lockedUnlessArchived(token.team) else { return .rollback(false) }
            try connection.execute(
                """
                INSERT INTO token (key_id, name, scopes, requests_per_minute, reads_per_minute, allowed_origins,
                    own_jobs_only, expires_us, team_id, preview, secret_hash, created_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                token.changeableColumns + [
                    SQLValue(token.team), .text(token.preview), .blob(secretHash), SQLValue(token.createdAt),
                ])
            try connection.note(
                .tokenIssued, token, by: actor, from: source, at: token.createdAt,
                detail: "\(token.name): \(token.scopes.sorted().map(\.rawValue).joined(separator: " "))")
            return .commit(true)
        }
    }

    /// Changes a token that is not revoked.
    /// - team: only a token of this team; nil: of any.
    /// - Returns: the token as it is now; nil when there is none.
    package func changeToken(
        _ id: KeyID, of team: TeamID?, by actor: Actor, from source: CallSource, at now: Timestamp,
        _ change: @escaping @Sendable (inout Token) -> Void
    ) async throws(SQLFailure) -> Token? {
        try await database.write { (connection) throws(SQLFailure) in
            guard var token = try connection.lockedToken(id, of: team), token.revokedAt == nil else {
                return .rollback(nil)
            }
            let before = token
            change(&token)
            guard token != before else { return .rollback(before) }
            try connection.execute(
                """
                UPDATE token SET name = $2, scopes = $3, requests_per_minute = $4, reads_per_minute = $5,
                    allowed_origins = $6, own_jobs_only = $7, expires_us = $8 WHERE key_id = $1
                """, token.changeableColumns)
            try connection.note(.tokenChanged, token, by: actor, from: source, at: now, detail: token.summary)
            return .commit(token)
        }
    }

    /// - team: only a token of this team; nil: of any.
    /// - Returns: false when there is no such token; revoking twice is fine and keeps the first time.
    package func revokeToken(
        _ id: KeyID, of team: TeamID?, by actor: Actor, from source: CallSource, at now: Timestamp
    ) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            guard let token = try connection.lockedToken(id, of: team) else { return .rollback(false) }
            guard token.revokedAt == nil else { return .rollback(true) }
            try connection.execute(
                "UPDATE token SET revoked_us = $2 WHERE key_id = $1", [.text(id.text), SQLValue(now)])
            try connection.note(.tokenRevoked, token, by: actor, from: source, at: now, detail: token.name)
            return .commit(true)
        }
    }

    /// Tokens of a team, or all by team, oldest first; revoked ones included.
    package func tokens(of team: TeamID?) async throws(SQLFailure) -> [StoredToken] {
        try await database.read { (connection) throws(SQLFailure) in try connection.tokens(of: team) }
    }

    package func token(_ id: KeyID) async throws(SQLFailure) -> StoredToken? {
        try await database.read { (connection) throws(SQLFailure) in
            try connection.row("SELECT * FROM token WHERE key_id = $1", [SQLValue(id)]).map(StoredToken.init(row:))
        }
    }

    /// Remembers when tokens were last used; not part of any promise, so callers batch it.
    package func noteUse(of tokens: [KeyID: Timestamp]) async throws(SQLFailure) {
        // In one order, so that two processes do not wait for each other's rows.
        let uses = tokens.sorted { $0.key.text < $1.key.text }
        try await database.write { (connection) throws(SQLFailure) in
            for (id, instant) in uses {
                try connection.execute(
                    """
                    UPDATE token SET last_used_us = $2
                    WHERE key_id = $1 AND (last_used_us IS NULL OR last_used_us < $2)
                    """, [SQLValue(id), SQLValue(instant)])
            }
            return .commit(())
        }
    }
}

/// A token's record with what only the store knows.
package struct StoredToken: Sendable, Equatable {
    package let token: Token
    /// Keyed hash of the text, 32 bytes.
    package let secretHash: [UInt8]
    package let lastUsedAt: Timestamp?
}

extension SQLConnection {
    func tokens(of team: TeamID?) throws(SQLFailure) -> [StoredToken] {
        let rows =
            if let team {
                try query("SELECT * FROM token WHERE team_id = $1 ORDER BY created_us, key_id", [SQLValue(team)])
            } else {
                try query("SELECT * FROM token ORDER BY team_id, created_us, key_id")
            }
        return try rows.map(StoredToken.init(row:))
    }

    fileprivate func lockedToken(_ id: KeyID, of team: TeamID?) throws(SQLFailure) -> Token? {
        let row = try row("UPDATE token SET key_id = key_id WHERE key_id = $1 RETURNING *", [SQLValue(id)])
        guard let token = try row.map(StoredToken.init(row:))?.token else { return nil }
        return team == nil || token.team == team ? token : nil
    }

    fileprivate func note(
        _ action: AuditAction, _ token: Token, by actor: Actor, from source: CallSource, at now: Timestamp,
        detail: String
    ) throws(SQLFailure) {
        try announce(.token, token.keyID.text, at: now)
        try append(
            AuditRecord(
                at: now, actor: actor, team: token.team, action: action, object: token.keyID.text, source: source,
                detail: String(detail.prefix(500))))
    }
}

extension StoredToken {
    fileprivate init(row: SQLRow) throws(SQLFailure) {
        self.init(
            token: Token(
                keyID: KeyID(stored: try row.text("key_id")),
                team: TeamID(stored: try row.text("team_id")),
                name: try row.text("name"),
                preview: try row.text("preview"),
                scopes: Set(try row.lines("scopes").compactMap(Scope.init(rawValue:))),
                requestsPerMinute: try row.number("requests_per_minute"),
                readsPerMinute: try row.number("reads_per_minute"),
                allowedOrigins: try row.origins("allowed_origins"),
                ownJobsOnly: try row.bool("own_jobs_only"),
                createdAt: try row.instant("created_us"),
                expiresAt: try row.instantIfAny("expires_us"),
                revokedAt: try row.instantIfAny("revoked_us")),
            secretHash: try row.blob("secret_hash"),
            lastUsedAt: try row.instantIfAny("last_used_us"))
    }
}

extension Token {
    fileprivate var changeableColumns: [SQLValue] {
        [
            SQLValue(keyID), .text(name), SQLValue(lines: scopes.map(\.rawValue)), SQLValue(requestsPerMinute),
            SQLValue(readsPerMinute), SQLValue(lines: allowedOrigins.map(\.text)), SQLValue(ownJobsOnly),
            SQLValue(expiresAt),
        ]
    }

    fileprivate var summary: String {
        """
        \(name): \(scopes.sorted().map(\.rawValue).joined(separator: " ")), rate_limit \(requestsPerMinute), \
        read_rate_limit \(readsPerMinute), expires \(expiresAt?.rfc3339 ?? "never"), origins \
        \(allowedOrigins.map(\.text).sorted().joined(separator: " "))
        """
    }
}
