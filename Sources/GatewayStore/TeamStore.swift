package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// - Returns: false when the id is taken, also by an archived team.
    package func create(_ team: Team, by actor: Actor, from source: CallSource) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            let inserted = try connection.execute(
                """
                INSERT INTO team (id, name, state, requests_per_minute, open_jobs_max, allowed_origins, created_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING
                """, team.columns + [SQLValue(team.createdAt)])
            guard inserted == 1 else { return .rollback(false) }
            try connection.note(.teamCreated, team, by: actor, from: source, at: team.createdAt, detail: team.name)
            return .commit(true)
        }
    }

    /// Changes a team as `change` says, under the lock of its row.
    /// - Returns: the team as it is now; nil when there is none.
    package func changeTeam(
        _ id: TeamID, by actor: Actor, from source: CallSource, at now: Timestamp,
        _ change: @escaping @Sendable (inout Team) -> Void
    ) async throws(SQLFailure) -> Team? {
        try await database.write { (connection) throws(SQLFailure) in
            let row = try connection.row("SELECT * FROM team WHERE id = $1 FOR NO KEY UPDATE", [SQLValue(id)])
            guard let row else { return .rollback(nil) }
            let before = try Team(row: row)
            var team = before
            change(&team)
            guard team != before else { return .rollback(before) }
            try connection.execute(
                """
                UPDATE team SET name = $2, state = $3, requests_per_minute = $4, open_jobs_max = $5,
                    allowed_origins = $6 WHERE id = $1
                """, team.columns)
            let action: AuditAction = team.state == .archived ? .teamArchived : .teamChanged
            try connection.note(action, team, by: actor, from: source, at: now, detail: before.difference(to: team))
            return .commit(team)
        }
    }

    /// All teams, archived ones included, by id.
    package func teams() async throws(SQLFailure) -> [Team] {
        try await database.read { (connection) throws(SQLFailure) in try connection.teams() }
    }
}

extension SQLConnection {
    func teams() throws(SQLFailure) -> [Team] { try query("SELECT * FROM team ORDER BY id").map(Team.init(row:)) }

    /// Keeps the team as it is until the transaction ends.
    /// - Returns: false when it does not exist or is archived.
    func lockedUnlessArchived(_ team: TeamID) throws(SQLFailure) -> Bool {
        try row(
            "SELECT id FROM team WHERE id = $1 AND state <> 'archived' FOR NO KEY UPDATE", [SQLValue(team)]) != nil
    }

    fileprivate func note(
        _ action: AuditAction, _ team: Team, by actor: Actor, from source: CallSource, at now: Timestamp,
        detail: String
    ) throws(SQLFailure) {
        try announce(.team, team.id.text, at: now)
        try append(
            AuditRecord(
                at: now, actor: actor, team: team.id, action: action, object: team.id.text, source: source,
                detail: detail))
    }
}

extension Team {
    init(row: SQLRow) throws(SQLFailure) {
        self.init(
            id: TeamID(stored: try row.text("id")), name: try row.text("name"), state: try row.choice("state"),
            requestsPerMinute: try row.numberIfAny("requests_per_minute"),
            openJobsMax: try row.numberIfAny("open_jobs_max"), allowedOrigins: try row.origins("allowed_origins"),
            createdAt: try row.instant("created_us"))
    }

    fileprivate var columns: [SQLValue] {
        [
            SQLValue(id), .text(name), .text(state.rawValue), SQLValue(requestsPerMinute), SQLValue(openJobsMax),
            SQLValue(lines: allowedOrigins.map(\.text)),
        ]
    }

    /// For the audit record: only what changed.
    fileprivate func difference(to other: Team) -> String {
        var parts: [String] = []
        if name != other.name { parts.append("name \(other.name)") }
        if state != other.state { parts.append("state \(other.state.rawValue)") }
        if requestsPerMinute != other.requestsPerMinute {
            parts.append("rate_limit \(other.requestsPerMinute.map(String.init) ?? "none")")
        }
        if openJobsMax != other.openJobsMax {
            parts.append("open_jobs_max \(other.openJobsMax.map(String.init) ?? "default")")
        }
        if allowedOrigins != other.allowedOrigins {
            parts.append("allowed_origins \(other.allowedOrigins.map(\.text).sorted().joined(separator: " "))")
        }
        return String(parts.joined(separator: ", ").prefix(500))
    }
}
