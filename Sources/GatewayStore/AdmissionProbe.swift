package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Proves, before any order is taken, that this store refuses what does not fit: a probe order against a budget of
    /// zero goes through the real admission code. Everything it wrote is rolled back.
    /// - Returns: whether it was refused for a budget: that one, or the organization's when nothing is left there.
    package func refusesProbeOrder(at now: Timestamp) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            var random = SystemRandomNumberGenerator()
            // Outside the grammar of team ids, so it is nobody's name.
            let owner = JobOwner(team: TeamID(stored: "startup probe"), token: KeyID(using: &random))
            try connection.insertProbe(owner, at: now)
            let admission = Admission(
                job: JobID(at: now, using: &random), owner: owner, kind: .text,
                quote: Quote(seconds: 1, estimatedCost: .cent, hold: .cent), fingerprint: [],
                prompt: AuditedPrompt(hash: [], characters: 0), idempotencyKey: nil, duplicateWindow: nil,
                openJobsMax: 1, readyKey: nil,
                process: ProcessID(stored: "startup-probe"), source: .none)
            guard case .overBudget = try connection.admit(admission, at: now).value else { return .rollback(false) }
            return .rollback(true)
        }
    }
}

extension SQLConnection {
    fileprivate func insertProbe(_ owner: JobOwner, at now: Timestamp) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO team (id, name, state, allowed_origins, created_us) VALUES ($1, $1, 'active', '', $2)
            """, [SQLValue(owner.team), SQLValue(now)])
        try execute(
            """
            INSERT INTO token (key_id, team_id, name, preview, secret_hash, scopes, requests_per_minute,
                reads_per_minute, allowed_origins, own_jobs_only, created_us)
            VALUES ($1, $2, $1, '', $3, '', 1, 1, '', 0, $4)
            """, [SQLValue(owner.token), SQLValue(owner.team), .blob([0]), SQLValue(now)])
        try execute(
            """
            INSERT INTO budget (owner_kind, owner_id, period, limit_micro_usd, time_zone, alert_percents)
            VALUES ('token', $1, 'total', 0, 'UTC', '')
            """, [SQLValue(owner.token)])
    }
}
