package import GatewayCore
package import SQLDatabase

/// A client's `Idempotency-Key`: it names one order of a team on one route.
package struct IdempotencyKey: Sendable, Hashable {
    package let route: String
    package let text: String

    /// - text: 1…255 visible ASCII characters, checked at the edge.
    package init(route: String, text: String) {
        self.route = route
        self.text = text
    }
}

extension GatewayStore {
    /// The answer that a job's order got; nil while it has none.
    package func answer(to job: JobID) async throws(SQLFailure) -> OrderAnswer? {
        try await database.read { (connection) throws(SQLFailure) in try connection.answer(to: job) }
    }

    /// Forgets idempotency keys of ended jobs that are older than `cutoff`.
    /// - Returns: how many; at most `limit`.
    package func forgetIdempotencyKeys(before cutoff: Timestamp, limit: Int) async throws(SQLFailure) -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            .commit(
                try connection.execute(
                    """
                    DELETE FROM idempotency WHERE job_id IN (
                        SELECT idempotency.job_id FROM idempotency JOIN job ON job.id = idempotency.job_id
                        WHERE idempotency.created_us < $1 AND NOT \(OpenJobs.condition)
                        ORDER BY idempotency.created_us LIMIT $2)
                    """, [SQLValue(cutoff), SQLValue(limit)]))
        }
    }
}

extension SQLConnection {
    /// What an earlier order with the same key, or with the same fields a moment ago, says about this one.
    func earlierOrder(like admission: Admission, at now: Timestamp) throws(SQLFailure) -> AdmissionEnd? {
        guard let key = admission.idempotencyKey else { return try recentDuplicate(of: admission, at: now) }
        let found = try row(
            "SELECT fingerprint, job_id FROM idempotency WHERE team_id = $1 AND route = $2 AND idempotency_key = $3",
            [SQLValue(admission.owner.team), .text(key.route), .text(key.text)])
        guard let found else { return nil }
        guard try found.blob("fingerprint") == admission.fingerprint else { return .mismatch }
        return try end(of: JobID(stored: try found.text("job_id")))
    }

    /// Clients retry on time-outs: the same fields from the same token, while the first order is in flight, or a moment
    /// after it was answered, are taken for such a retry. Counted from the answer: a time-out comes long after the order.
    private func recentDuplicate(of admission: Admission, at now: Timestamp) throws(SQLFailure) -> AdmissionEnd? {
        guard let window = admission.duplicateWindow else { return nil }
        // Not ordered here: there are none or few, and SQLite would make a table for it every time.
        let found = try query(
            """
            SELECT id, created_us FROM job WHERE key_id = $1 AND fingerprint = $2 AND ended_us IS NULL
                AND (state IN ('queued', 'dispatching') OR answered_us > $3)
            UNION ALL
            SELECT id, created_us FROM job WHERE key_id = $1 AND answered_us > $3 AND state = 'completed'
                AND fingerprint = $2
            """,
            [
                SQLValue(admission.owner.token), .blob(admission.fingerprint),
                SQLValue(now.adding(.zero - window)),
            ])
        var latest: (job: JobID, at: Timestamp)?
        for row in found {
            let (job, created) = (JobID(stored: try row.text("id")), try row.instant("created_us"))
            if created >= latest?.at ?? created { latest = (job, created) }
        }
        return try latest.map { (latest) throws(SQLFailure) in try end(of: latest.job) }
    }

    private func end(of job: JobID) throws(SQLFailure) -> AdmissionEnd {
        guard let answer = try answer(to: job) else { return .inProgress(job) }
        return .replay(job, answer)
    }

    func claimIdempotencyKey(_ admission: Admission, at now: Timestamp) throws(SQLFailure) {
        guard let key = admission.idempotencyKey else { return }
        try execute(
            """
            INSERT INTO idempotency (team_id, route, idempotency_key, fingerprint, job_id, created_us)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                SQLValue(admission.owner.team), .text(key.route), .text(key.text), .blob(admission.fingerprint),
                SQLValue(admission.job), SQLValue(now),
            ])
    }

    /// Lets the key be used again, after an order that proved not to exist for a passing reason.
    func freeIdempotencyKey(of job: JobID) throws(SQLFailure) {
        try execute("DELETE FROM idempotency WHERE job_id = $1", [SQLValue(job)])
    }

    func answer(to job: JobID) throws(SQLFailure) -> OrderAnswer? {
        let found = try row("SELECT answer_kind, answer_status, answer_text FROM job WHERE id = $1", [SQLValue(job)])
        guard let found, let kind = try found.textIfAny("answer_kind") else { return nil }
        switch kind {
        case "accepted": return .accepted(body: try found.text("answer_text"))
        case "rejected":
            return .rejected(status: try found.number("answer_status"), detail: try found.text("answer_text"))
        case "unknown": return .unknown
        default: throw .unexpectedRow("answer_kind is \(kind)")
        }
    }
}
