package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Takes an order into the books or says why not: idempotency, open jobs, every budget, hold, job and audit record
    /// in one durable transaction. An admission or refusal is on record when this returns; a repetition writes nothing.
    package func admit(_ admission: Admission, at now: Timestamp) async throws(SQLFailure) -> AdmissionEnd {
        let end = try await database.write { (connection) throws(SQLFailure) in
            try connection.admit(admission, at: now)
        }
        try await record(end, of: admission, at: now)
        return end
    }

    /// An order that cannot be sent whatever the books say: what they say about it comes first, and no money is taken.
    /// - reason: for the audit record when the books would have let it through.
    /// - Returns: why the books refuse it, or its earlier answer; nil when they would have admitted it.
    package func refuse(
        _ admission: Admission, reason: String, at now: Timestamp
    ) async throws(SQLFailure) -> AdmissionEnd? {
        let end = try await database.write { (connection) throws(SQLFailure) in
            TransactionEnd.rollback(try connection.admit(admission, at: now).value)
        }
        if case .admitted = end {
            try await append([admission.refusalRecord(reason, at: now)])
            return nil
        }
        try await record(end, of: admission, at: now)
        return end
    }

    /// A transaction of its own, after the one that came to nothing: savepoints in it would cost every order that is admitted.
    private func record(_ end: AdmissionEnd, of admission: Admission, at now: Timestamp) async throws(SQLFailure) {
        guard let reason = end.refusalReason else { return }
        try await append([admission.refusalRecord(reason, at: now)])
    }

    /// Whether the same order would fit now, without taking anything: the statuses of all budgets that apply.
    package func budgetStatuses(of owner: JobOwner, at now: Timestamp) async throws(SQLFailure) -> [BudgetStatus] {
        try await database.read { (connection) throws(SQLFailure) in
            try connection.budgetStatuses(of: BudgetOwner.all(of: owner), at: now)
        }
    }

    package func openJobs(of team: TeamID) async throws(SQLFailure) -> Int {
        try await database.read { (connection) throws(SQLFailure) in try connection.openJobs(of: team) }
    }
}

/// An order that asks to be taken into the books.
package struct Admission: Sendable {
    package var job: JobID
    package var owner: JobOwner
    package var kind: JobKind
    package var quote: Quote
    /// SHA-256 of the validated fields, files by their content.
    package var fingerprint: [UInt8]
    /// For the audit record; no other table knows it.
    package var prompt: AuditedPrompt
    package var idempotencyKey: IdempotencyKey?
    /// How far back the same fields from the same token count as a repetition; nil: never.
    package var duplicateWindow: Duration?
    package var openJobsMax: Int
    /// The key that can send at once, or nil when the order has to wait for one.
    package var readyKey: UpstreamKeyID?
    /// The process that sends; what it leaves open when it is gone is taken over by another one.
    package var process: ProcessID
    package var source: CallSource

    package init(
        job: JobID, owner: JobOwner, kind: JobKind, quote: Quote, fingerprint: [UInt8], prompt: AuditedPrompt,
        idempotencyKey: IdempotencyKey?, duplicateWindow: Duration?, openJobsMax: Int,
        readyKey: UpstreamKeyID?, process: ProcessID, source: CallSource
    ) {
        self.job = job
        self.owner = owner
        self.kind = kind
        self.quote = quote
        self.fingerprint = fingerprint
        self.prompt = prompt
        self.idempotencyKey = idempotencyKey
        self.duplicateWindow = duplicateWindow
        self.openJobsMax = openJobsMax
        self.readyKey = readyKey
        self.process = process
        self.source = source
    }

    fileprivate func record(
        _ action: AuditAction, _ outcome: AuditOutcome, at now: Timestamp, detail: String?
    ) -> AuditRecord {
        AuditRecord(
            at: now, actor: .token(owner.token), team: owner.team, action: action, object: job.text,
            outcome: outcome, hold: quote.hold, source: source, prompt: prompt, detail: detail)
    }

    fileprivate func refusalRecord(_ reason: String, at now: Timestamp) -> AuditRecord {
        record(.orderRefused, .refused, at: now, detail: reason)
    }
}

/// How an admission ended.
package enum AdmissionEnd: Sendable, Equatable {
    case admitted(PlacedHold)
    /// The same order was answered before; this is that answer.
    case replay(JobID, OrderAnswer)
    /// The same order is being worked on.
    case inProgress(JobID)
    /// The idempotency key was used for other fields.
    case mismatch
    case tooManyOpenJobs(limit: Int)
    case overBudget(BudgetShortage)

    fileprivate var refusalReason: String? {
        switch self {
        case .admitted, .replay, .inProgress: nil
        case .mismatch: "idempotency key was used for another order"
        case .tooManyOpenJobs(let limit): "more than \(limit) open jobs"
        case .overBudget(let shortage):
            "\(shortage.source) has $\(shortage.available), required $\(shortage.required)"
        }
    }
}

/// Proof that an order's money is held, durably. Only the store makes one.
package struct PlacedHold: Sendable, Equatable {
    package let job: JobID
    package let amount: MicroUSD
    /// `.dispatching`: may be sent now. `.queued`: must be dispatched first.
    package let state: JobState

    init(job: JobID, amount: MicroUSD, state: JobState) {
        self.job = job
        self.amount = amount
        self.state = state
    }
}

extension SQLConnection {
    /// Order of refusals: idempotency, open jobs, budgets. Only a full admission keeps its statements.
    func admit(
        _ admission: Admission, at now: Timestamp
    ) throws(SQLFailure) -> TransactionEnd<AdmissionEnd> {
        // First, because it locks the owners: of two equal orders at the same time, the second looks for earlier ones only
        // after the first is in the books.
        try addHeld(admission.quote.hold, to: BudgetOwner.all(of: admission.owner))
        if let earlier = try earlierOrder(like: admission, at: now) { return .rollback(earlier) }
        // This one is counted already.
        guard try openJobs(of: admission.owner.team) <= admission.openJobsMax else {
            return .rollback(.tooManyOpenJobs(limit: admission.openJobsMax))
        }
        if let shortage = try takeFromBudgets(admission.quote.hold, of: admission.owner, at: now) {
            return .rollback(.overBudget(shortage))
        }

        let state: JobState = admission.readyKey == nil ? .queued : .dispatching
        try insertJob(admission, state: state, at: now)
        try insertHold(admission, at: now)
        try claimIdempotencyKey(admission, at: now)
        try append(admission.record(.orderAdmitted, .done, at: now, detail: state.rawValue))
        return .commit(.admitted(PlacedHold(job: admission.job, amount: admission.quote.hold, state: state)))
    }

    func openJobs(of team: TeamID) throws(SQLFailure) -> Int {
        // Not counted from the jobs: an admission would take the longer, the more of them are open.
        let row = try row(
            "SELECT open_holds FROM owner_spend WHERE owner_kind = $1 AND owner_id = $2",
            BudgetOwner.team(team).columns)
        return try row?.number("open_holds") ?? 0
    }

    private func insertJob(_ admission: Admission, state: JobState, at now: Timestamp) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO job (id, team_id, key_id, kind, state, seconds, estimate_micro_usd, fingerprint, process_id,
                upstream_key, created_us, dispatched_us, cost_derived)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
            """,
            [
                SQLValue(admission.job), SQLValue(admission.owner.team), SQLValue(admission.owner.token),
                .text(admission.kind.rawValue), SQLValue(state), SQLValue(admission.quote.seconds),
                SQLValue(admission.quote.estimatedCost), .blob(admission.fingerprint), SQLValue(admission.process),
                SQLValue(admission.readyKey),
                SQLValue(now), state == .dispatching ? SQLValue(now) : .null,
            ])
    }

    private func insertHold(_ admission: Admission, at now: Timestamp) throws(SQLFailure) {
        try execute(
            "INSERT INTO hold (job_id, team_id, key_id, amount_micro_usd, placed_us) VALUES ($1, $2, $3, $4, $5)",
            [
                SQLValue(admission.job), SQLValue(admission.owner.team), SQLValue(admission.owner.token),
                SQLValue(admission.quote.hold), SQLValue(now),
            ])
    }
}
