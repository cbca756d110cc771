package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// The one Vinci account whose keys this gateway holds.
    package static let account = "default"

    /// What the books say about the account now.
    package func accountBooks() async throws(SQLFailure) -> AccountBooks {
        try await database.read { (connection) throws(SQLFailure) in
            let figures = try connection.spend(of: .organization)
            let verifiedUpTo = try connection.reconciliation()?.verifiedUpTo ?? Timestamp(microseconds: 0)
            return AccountBooks(
                captured: figures.captured, held: figures.held,
                toVerify: try connection.releasesToVerify(after: verifiedUpTo),
                unknown: try connection.unknownOrders(), isQuiet: try !connection.hasOrdersAtVinci())
        }
    }

    /// Whether nothing is at Vinci, or on its way there, whose end will still be told.
    package func isQuiet() async throws(SQLFailure) -> Bool {
        try await database.read { (connection) throws(SQLFailure) in try !connection.hasOrdersAtVinci() }
    }

    /// Nil before the first sample.
    package func reconciliation() async throws(SQLFailure) -> Reconciliation? {
        try await database.read { (connection) throws(SQLFailure) in try connection.reconciliation() }
    }

    /// The samples taken last, latest first.
    package func accountSamples(limit: Int) async throws(SQLFailure) -> [StoredAccountSample] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT * FROM reconcile_sample WHERE account_id = $1 ORDER BY id DESC LIMIT $2",
                [.text(GatewayStore.account), SQLValue(limit)])
            return try rows.map(StoredAccountSample.init(row:))
        }
    }

    /// Keeps a sample and what is known since then; a change of alarm or closure goes on record.
    /// - change: gets what is known, under the lock of the account, and makes of it what is known now.
    package func record<Conclusion: Sendable>(
        _ sample: AccountSample, _ change: @escaping @Sendable (inout Reconciliation) -> Conclusion
    ) async throws(SQLFailure) -> (Reconciliation, Conclusion) {
        try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            let before = try connection.lockedReconciliation()
            var known = before
            let conclusion = change(&known)
            try connection.write(known)
            try connection.insert(sample, drift: known.drift)
            try connection.note(before, known, at: sample.at)
            return .commit((known, conclusion))
        }
    }

    /// An operator explains the drift; see ``Reconciliation/accept(_:)``.
    /// - change: as for ``record(_:_:)``.
    package func acceptDrift(
        reason: String, by actor: Actor, from source: CallSource, at now: Timestamp,
        _ change: @escaping @Sendable (inout Reconciliation) -> Void
    ) async throws(SQLFailure) -> Reconciliation {
        try await database.write { (connection) throws(SQLFailure) in
            let before = try connection.lockedReconciliation()
            var known = before
            change(&known)
            try connection.write(known)
            try connection.append(
                AuditRecord(
                    at: now, actor: actor, team: nil, action: .accountDriftAccepted, object: GatewayStore.account,
                    source: source, detail: String("$\(before.drift): \(reason)".prefix(500))))
            try connection.announce(.account, GatewayStore.account, at: now)
            return .commit(known)
        }
    }
}

/// A sample as it was kept.
package struct StoredAccountSample: Sendable, Equatable {
    package let at: Timestamp
    package let spent: MicroUSD
    package let balance: MicroUSD
    package let captured: MicroUSD
    package let held: MicroUSD
    package let toVerify: MicroUSD
    package let unknownOrders: Int
    package let isQuiet: Bool
    package let drift: MicroUSD

    fileprivate init(row: SQLRow) throws(SQLFailure) {
        at = try row.instant("at_us")
        spent = try row.amount("spent_micro_usd")
        balance = try row.amount("balance_micro_usd")
        captured = try row.amount("captured_micro_usd")
        held = try row.amount("held_micro_usd")
        toVerify = try row.amount("to_verify_micro_usd")
        unknownOrders = try row.number("unknown_orders")
        isQuiet = try row.bool("is_quiet")
        drift = try row.amount("drift_micro_usd")
    }
}

extension SQLConnection {
    fileprivate func reconciliation() throws(SQLFailure) -> Reconciliation? {
        try row("SELECT * FROM account WHERE id = $1", [.text(GatewayStore.account)]).map(Reconciliation.init(row:))
    }

    fileprivate func lockedReconciliation() throws(SQLFailure) -> Reconciliation {
        let row = try row(
            """
            INSERT INTO account (id, verified_us, drift_micro_usd, is_alarmed, is_closed) VALUES ($1, 0, 0, 0, 0)
            ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING *
            """, [.text(GatewayStore.account)])
        guard let row else { throw .unexpectedRow("the account cannot be read") }
        return try Reconciliation(row: row)
    }

    fileprivate func write(_ known: Reconciliation) throws(SQLFailure) {
        try execute(
            """
            UPDATE account SET baseline_us = $2, baseline_spent_micro_usd = $3, baseline_captured_micro_usd = $4,
                verified_us = $5, drift_micro_usd = $6, drift_since_us = $7, is_alarmed = $8, is_closed = $9
            WHERE id = $1
            """,
            [
                .text(GatewayStore.account), SQLValue(known.baseline?.at), SQLValue(known.baseline?.spent),
                SQLValue(known.baseline?.captured), SQLValue(known.verifiedUpTo), SQLValue(known.drift),
                SQLValue(known.driftSince), SQLValue(known.isAlarmed), SQLValue(known.isClosed),
            ])
    }

    fileprivate func insert(_ sample: AccountSample, drift: MicroUSD) throws(SQLFailure) {
        let books = sample.after
        let toVerify = books.toVerify.reduce(Int64(0)) { $0 &+ $1.hold.count }
        try execute(
            """
            INSERT INTO reconcile_sample (account_id, at_us, spent_micro_usd, balance_micro_usd, captured_micro_usd,
                held_micro_usd, to_verify_micro_usd, unknown_orders, is_quiet, drift_micro_usd)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .text(GatewayStore.account), SQLValue(sample.at), SQLValue(sample.spent), SQLValue(sample.balance),
                SQLValue(books.captured), SQLValue(books.held), .integer(toVerify), SQLValue(books.unknown.count),
                SQLValue(sample.isQuiet), SQLValue(drift),
            ])
    }

    fileprivate func note(_ before: Reconciliation, _ known: Reconciliation, at now: Timestamp) throws(SQLFailure) {
        guard before.isAlarmed != known.isAlarmed || before.isClosed != known.isClosed else { return }
        let detail =
            known.isAlarmed
            ? "the account differs from the books by $\(known.drift)\(known.isClosed ? "; closed for new holds" : "")"
            : "the account and the books agree again"
        try append(
            AuditRecord(
                at: now, actor: .gateway("reconciler"), team: nil, action: .accountCompared,
                object: GatewayStore.account, outcome: known.isAlarmed ? .refused : .done, detail: detail))
        try announce(.account, GatewayStore.account, at: now)
    }

    // MARK: What the books say

    private static var openQuestionsMax: Int { 1000 }

    fileprivate func releasesToVerify(after verifiedUpTo: Timestamp) throws(SQLFailure) -> [ReleaseToVerify] {
        let rows = try query(
            """
            SELECT hold.job_id, hold.amount_micro_usd, hold_resolution.at_us FROM hold_resolution
                JOIN hold ON hold.job_id = hold_resolution.job_id
            WHERE hold_resolution.to_verify = 1 AND hold_resolution.at_us > $1 ORDER BY hold_resolution.at_us, hold.job_id
            """, [SQLValue(verifiedUpTo)])
        return try rows.map { (row) throws(SQLFailure) in
            ReleaseToVerify(
                job: JobID(stored: try row.text("job_id")), hold: try row.amount("amount_micro_usd"),
                releasedAt: try row.instant("at_us"))
        }
    }

    fileprivate func unknownOrders() throws(SQLFailure) -> [UnknownOrder] {
        let rows = try query(
            """
            SELECT job.id, hold.amount_micro_usd FROM job JOIN hold ON hold.job_id = job.id
            WHERE job.state = 'unknown' AND \(OpenJobs.condition) ORDER BY job.id LIMIT $1
            """, [SQLValue(Self.openQuestionsMax)])
        return try rows.map { (row) throws(SQLFailure) in
            UnknownOrder(job: JobID(stored: try row.text("id")), hold: try row.amount("amount_micro_usd"))
        }
    }

    fileprivate func hasOrdersAtVinci() throws(SQLFailure) -> Bool {
        try row(
            """
            SELECT id FROM job WHERE state IN ('dispatching', 'accepted') AND \(OpenJobs.condition) LIMIT 1
            """, []) != nil
    }
}

extension Reconciliation {
    fileprivate init(row: SQLRow) throws(SQLFailure) {
        var baseline: AccountBaseline?
        if let at = try row.instantIfAny("baseline_us") {
            baseline = AccountBaseline(
                at: at, spent: try row.amount("baseline_spent_micro_usd"),
                captured: try row.amount("baseline_captured_micro_usd"))
        }
        self.init(
            baseline: baseline, verifiedUpTo: try row.instant("verified_us"), drift: try row.amount("drift_micro_usd"),
            driftSince: try row.instantIfAny("drift_since_us"), isAlarmed: try row.bool("is_alarmed"),
            isClosed: try row.bool("is_closed"))
    }
}
