package import GatewayCore
package import GatewayStore

/// Everything that is only read: jobs, usage, audit records, the ledger's proof.
package struct ReadBooks: Sendable {
    /// Rows per page at most.
    package static let pageMax = 1000

    private let store: GatewayStore

    package init(store: GatewayStore) { self.store = store }

    /// - before: the last id of the page before.
    package func jobs(_ filter: JobFilter, before: JobID?, limit: Int) async throws(Refusal) -> [Job] {
        try await storing { try await store.jobs(filter, before: before, limit: limit) }
    }

    /// - Throws: `.notFound`.
    package func job(_ name: JobName) async throws(Refusal) -> Job {
        guard let job = try await storing({ try await store.job(name) }) else { throw .notFound }
        return job
    }

    /// The caller's view: other teams' jobs, and for bound tokens other tokens' jobs, do not exist.
    package func jobs(
        _ paced: Paced, state: JobState?, before: JobID?, limit: Int
    ) async throws(Refusal) -> [Job] {
        let token = paced.caller.token
        let filter = JobFilter(
            team: token.team, token: token.ownJobsOnly ? token.keyID : nil, state: state)
        return try await jobs(filter, before: before, limit: limit)
    }

    package func job(_ paced: Paced, _ name: JobName) async throws(Refusal) -> Job {
        let job = try await job(name)
        guard paced.caller.maySee(jobOf: job.owner) else { throw .notFound }
        return job
    }

    /// The steps of one job, oldest first.
    package func history(of job: JobID) async throws(Refusal) -> [SequencedAuditRecord] {
        let records = try await storing {
            try await store.audit(after: 0, object: job.text, limit: ReadBooks.pageMax)
        }
        return records.filter { !$0.record.action.isReading }
    }

    package func usage(
        from start: Timestamp, to end: Timestamp, by grouping: UsageGrouping
    ) async throws(Refusal) -> [UsageRow] {
        try await storing { try await store.usage(from: start, to: end, by: grouping) }
    }

    package func audit(
        after seq: Int64, team: TeamID?, action: AuditAction?, limit: Int
    ) async throws(Refusal) -> [SequencedAuditRecord] {
        try await storing { try await store.audit(after: seq, team: team, action: action, limit: limit) }
    }

    /// What is known about the account, and the last sample.
    package func reconciliation() async throws(Refusal) -> (Reconciliation?, StoredAccountSample?) {
        let known = try await storing { try await store.reconciliation() }
        return (known, try await storing { try await store.accountSamples(limit: 1) }.first)
    }

    package func verifyLedger() async throws(Refusal) -> LedgerProof {
        try await storing { try await store.verifyLedger() }
    }
}
