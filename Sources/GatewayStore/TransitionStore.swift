import Foundation
package import GatewayCore
package import SQLDatabase

/// One step in a job's life with everything that it writes.
package struct Transition: Sendable {
    package var job: JobID
    package var event: JobEvent
    package var actor: Actor
    package var source: CallSource
    /// Only if the job still belongs to this process: what only its follower may say. Nil: whoever it belongs to.
    package var fence: ProcessID?
    /// New facts; nil leaves what is stored.
    ///
    /// The process that follows the job from now on.
    package var process: ProcessID?
    package var upstreamKey: UpstreamKeyID?
    package var requestID: RequestID?
    package var answer: OrderAnswer?
    package var result: VideoResult?
    package var error: String?
    /// Present exactly for events that end the job.
    package var resolution: HoldResolution?
    /// A passing reason ended the order before it existed: its idempotency key may be used again.
    package var freesIdempotencyKey: Bool
    /// For the audit record.
    package var upstreamStatus: Int?
    package var reason: String?

    package init(
        _ event: JobEvent, of job: JobID, by actor: Actor, from source: CallSource = .none,
        fence: ProcessID? = nil, process: ProcessID? = nil, upstreamKey: UpstreamKeyID? = nil,
        requestID: RequestID? = nil, answer: OrderAnswer? = nil,
        result: VideoResult? = nil, error: String? = nil, resolution: HoldResolution? = nil,
        freesIdempotencyKey: Bool = false, upstreamStatus: Int? = nil, reason: String? = nil
    ) {
        self.job = job
        self.event = event
        self.actor = actor
        self.source = source
        self.fence = fence
        self.process = process
        self.upstreamKey = upstreamKey
        self.requestID = requestID
        self.answer = answer
        self.result = result
        self.error = error
        self.resolution = resolution
        self.freesIdempotencyKey = freesIdempotencyKey
        self.upstreamStatus = upstreamStatus
        self.reason = reason
    }
}

/// How a transition ended. Only `.done` wrote anything.
package enum TransitionResult: Sendable, Equatable {
    case done(Job)
    /// The job is in a state from which the event cannot happen: somebody else was first.
    case tooLate(JobState)
    /// The job belongs to another process than the fence says.
    case takenOver(by: ProcessID)
    case noSuchJob
    /// Vinci's id already names another job.
    case requestIDTaken
}

extension GatewayStore {
    /// Compare-and-set of a job's state with its money and its audit record, in one durable transaction.
    package func apply(_ transition: Transition, at now: Timestamp) async throws(SQLFailure) -> TransitionResult {
        // What has happened already must find room on a disk that is too full for new orders.
        try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            let result = try connection.apply(transition, at: now)
            guard case .done = result else { return .rollback(result) }
            return .commit(result)
        }
    }

    /// Marks an accepted job whose end is overdue; once. Its money stays held and its polls go on.
    package func markStalled(_ job: JobID, reason: String, at now: Timestamp) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            let row = try connection.row(
                """
                UPDATE job SET stalled_us = $2 WHERE id = $1 AND state = 'accepted' AND stalled_us IS NULL
                RETURNING team_id
                """, [SQLValue(job), SQLValue(now)])
            guard let row else { return .rollback(false) }
            try connection.append(
                AuditRecord(
                    at: now, actor: .gateway("tracker"), team: TeamID(stored: try row.text("team_id")),
                    action: .jobStalled, object: job.text, detail: reason))
            return .commit(true)
        }
    }
}

extension SQLConnection {
    func apply(_ transition: Transition, at now: Timestamp) throws(SQLFailure) -> TransitionResult {
        precondition(
            (transition.resolution != nil) == (transition.event.target?.isEnded ?? false),
            "an event that ends a job resolves its hold, and no other does")
        guard let (current, process) = try locked(transition.job) else { return .noSuchJob }
        if let fence = transition.fence, fence != process { return .takenOver(by: process) }
        guard let next = current.after(transition.event) else { return .tooLate(current) }
        guard try writeUnlessTaken(transition, from: current, to: next, at: now) else { return .requestIDTaken }
        if let resolution = transition.resolution {
            try resolveHold(of: transition.job, resolution, at: now)
        }
        if transition.freesIdempotencyKey { try freeIdempotencyKey(of: transition.job) }
        guard let job = try job(.job(transition.job)) else { return .noSuchJob }
        try append(transition.record(for: job, at: now))
        try tellWebhooks(of: job, at: now)
        return .done(job)
    }

    /// - Returns: false when Vinci's id names another job, also one that another connection has just given it to.
    private func writeUnlessTaken(
        _ transition: Transition, from current: JobState, to next: JobState, at now: Timestamp
    ) throws(SQLFailure) -> Bool {
        guard let id = transition.requestID else {
            try write(transition, from: current, to: next, at: now)
            return true
        }
        guard try !isTaken(id, but: transition.job) else { return false }
        do throws(SQLFailure) {
            try savepoint { (connection) throws(SQLFailure) in
                try connection.write(transition, from: current, to: next, at: now)
                return .commit(())
            }
            return true
        } catch {
            guard case .constraint = error, try isTaken(id, but: transition.job) else { throw error }
            return false
        }
    }

    private func isTaken(_ id: RequestID, but job: JobID) throws(SQLFailure) -> Bool {
        try row("SELECT id FROM job WHERE request_id = $1 AND id <> $2", [SQLValue(id), SQLValue(job)]) != nil
    }

    private func locked(_ job: JobID) throws(SQLFailure) -> (JobState, ProcessID)? {
        // An update that changes nothing takes the row's lock on engines that have more than one writer.
        let row = try row("UPDATE job SET state = state WHERE id = $1 RETURNING state, process_id", [SQLValue(job)])
        guard let row else { return nil }
        return (try row.choice("state"), ProcessID(stored: try row.text("process_id")))
    }

    fileprivate func write(
        _ transition: Transition, from current: JobState, to next: JobState, at now: Timestamp
    ) throws(SQLFailure) {
        let answer = AnswerColumns(transition.answer)
        let changed = try execute(
            """
            UPDATE job SET state = $3,
                upstream_key = COALESCE($4, upstream_key),
                request_id = COALESCE($5, request_id),
                answered_us = COALESCE(answered_us, $16),
                answer_kind = COALESCE($6, answer_kind),
                answer_status = COALESCE($7, answer_status),
                answer_text = COALESCE($8, answer_text),
                video_url = COALESCE($9, video_url),
                video_us = COALESCE($10, video_us),
                cost_micro_usd = COALESCE($11, cost_micro_usd),
                cost_derived = $12,
                error = COALESCE($13, error),
                dispatched_us = CASE WHEN $3 = 'dispatching' THEN $14 ELSE dispatched_us END,
                accepted_us = CASE WHEN $3 = 'accepted' THEN $14 ELSE accepted_us END,
                ended_us = $15,
                process_id = COALESCE($17, process_id)
            WHERE id = $1 AND state = $2
            """,
            [
                SQLValue(transition.job), SQLValue(current), SQLValue(next), SQLValue(transition.upstreamKey),
                SQLValue(transition.requestID), answer.kind, answer.status, answer.text,
                SQLValue(transition.result?.url), SQLValue(transition.result?.seconds?.microseconds),
                SQLValue(transition.resolution?.cost), SQLValue(transition.result?.isCostDerived ?? false),
                SQLValue(transition.error), SQLValue(now), next.isEnded ? SQLValue(now) : .null,
                transition.answer == nil ? .null : SQLValue(now), SQLValue(transition.process),
            ])
        guard changed == 1 else { throw .unexpectedRow("job \(transition.job) left \(current.rawValue)") }
    }
}

extension Transition {
    fileprivate func record(for job: Job, at now: Timestamp) -> AuditRecord {
        AuditRecord(
            at: now, actor: actor, team: job.owner.team, action: AuditAction(event), object: job.id.text,
            hold: job.hold, cost: resolution.map(\.charged), upstreamRequestID: job.requestID,
            upstreamStatus: upstreamStatus, source: source, detail: reason)
    }
}

private struct AnswerColumns {
    var kind: SQLValue = .null
    var status: SQLValue = .null
    var text: SQLValue = .null

    init(_ answer: OrderAnswer?) {
        switch answer {
        case .none: break
        case .accepted(let body): (kind, text) = ("accepted", .text(body))
        case .rejected(let code, let detail): (kind, status, text) = ("rejected", SQLValue(code), .text(detail))
        case .unknown: kind = "unknown"
        }
    }
}

extension HoldResolution {
    /// What the video cost; nil when there is none to pay for.
    fileprivate var cost: MicroUSD? {
        switch self {
        case .capture(let cost), .writeOff(let cost): cost
        case .release: nil
        }
    }
}

extension Decimal {
    /// Seconds as whole microseconds; nil for lengths that no video has, whose sums would leave 64 bits.
    fileprivate var microseconds: Int? {
        guard (0...1_000_000).contains(self) else { return nil }
        var source = self * 1_000_000
        var rounded = Decimal()
        NSDecimalRound(&rounded, &source, 0, .plain)
        return Int(exactly: NSDecimalNumber(decimal: rounded))
    }
}
