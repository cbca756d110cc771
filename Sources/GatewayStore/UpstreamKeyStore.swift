package import GatewayCore
package import SQLDatabase

/// A Vinci key that an administrator added; sealed with the master key, so a stolen store file is no use.
package struct StoredUpstreamKey: Sendable, Equatable {
    package let id: UpstreamKeyID
    package let sealedKey: [UInt8]
    package let requestsPerMinute: Int
    package let createdAt: Timestamp

    package init(id: UpstreamKeyID, sealedKey: [UInt8], requestsPerMinute: Int, createdAt: Timestamp) {
        self.id = id
        self.sealedKey = sealedKey
        self.requestsPerMinute = requestsPerMinute
        self.createdAt = createdAt
    }
}

extension GatewayStore {
    /// - Returns: false when the id is taken.
    package func add(
        _ key: StoredUpstreamKey, by actor: Actor, from source: CallSource
    ) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            let inserted = try connection.execute(
                """
                INSERT INTO upstream_key (id, sealed_key, requests_per_minute, created_us) VALUES ($1, $2, $3, $4)
                ON CONFLICT (id) DO NOTHING
                """,
                [
                    .text(key.id.text), .blob(key.sealedKey), SQLValue(key.requestsPerMinute),
                    SQLValue(key.createdAt),
                ])
            guard inserted == 1 else { return .rollback(false) }
            try connection.note(.upstreamKeyAdded, key.id, by: actor, from: source, at: key.createdAt)
            return .commit(true)
        }
    }

    /// - Returns: false when there is no such key.
    package func setRequestsPerMinute(
        _ limit: Int, ofUpstreamKey id: UpstreamKeyID, by actor: Actor, from source: CallSource, at now: Timestamp
    ) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            let changed = try connection.execute(
                "UPDATE upstream_key SET requests_per_minute = $2 WHERE id = $1", [.text(id.text), SQLValue(limit)])
            guard changed == 1 else { return .rollback(false) }
            try connection.note(
                .upstreamKeyChanged, id, by: actor, from: source, at: now, detail: "requests_per_minute \(limit)")
            return .commit(true)
        }
    }

    /// Removes a key that no open job still needs for its polls.
    package func removeUpstreamKey(
        _ id: UpstreamKeyID, by actor: Actor, from source: CallSource, at now: Timestamp
    ) async throws(SQLFailure) -> UpstreamKeyRemoval {
        try await database.write { (connection) throws(SQLFailure) in
            let open = try connection.row(
                """
                SELECT COUNT(*) AS jobs FROM job WHERE upstream_key = $1 AND \(OpenJobs.condition)
                """, [.text(id.text)])
            if let jobs = try open?.number("jobs"), jobs > 0 { return .rollback(.inUse(openJobs: jobs)) }
            let removed = try connection.execute("DELETE FROM upstream_key WHERE id = $1", [.text(id.text)])
            guard removed == 1 else { return .rollback(.noSuchKey) }
            try connection.note(.upstreamKeyRemoved, id, by: actor, from: source, at: now)
            return .commit(.removed)
        }
    }

    package func upstreamKeys() async throws(SQLFailure) -> [StoredUpstreamKey] {
        try await database.read { (connection) throws(SQLFailure) in try connection.upstreamKeys() }
    }
}

package enum UpstreamKeyRemoval: Sendable, Equatable {
    case removed, noSuchKey
    case inUse(openJobs: Int)
}

extension SQLConnection {
    func upstreamKeys() throws(SQLFailure) -> [StoredUpstreamKey] {
        let rows = try query("SELECT * FROM upstream_key ORDER BY id")
        return try rows.map { (row) throws(SQLFailure) in
            StoredUpstreamKey(
                id: UpstreamKeyID(stored: try row.text("id")), sealedKey: try row.blob("sealed_key"),
                requestsPerMinute: try row.number("requests_per_minute"), createdAt: try row.instant("created_us"))
        }
    }

    fileprivate func note(
        _ action: AuditAction, _ id: UpstreamKeyID, by actor: Actor, from source: CallSource, at now: Timestamp,
        detail: String? = nil
    ) throws(SQLFailure) {
        try announce(.upstreamKey, id.text, at: now)
        try append(
            AuditRecord(
                at: now, actor: actor, team: nil, action: action, object: id.text, source: source, detail: detail))
    }
}
