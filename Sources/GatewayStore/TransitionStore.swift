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
        do throws(SQLFailure) {
            return try await applied(transition, at: now)
        } catch {
            // Another connection may just have given Vinci's id to another job, which shows now.
            guard case .constraint = error, transition.requestID != nil else { throw error }
            return try await applied(transition, at: now)
        }
    }

    private func applied(_ transition: Transition, at now: Timestamp) async throws(SQLFailure) -> TransitionResult {
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
        if let id = transition.requestID, try isTaken(id, but: transition.job) { return .requestIDTaken }
        try write(transition, from: current, to: next, at: now)
        if let resolution = transition.resolution {
            try resolveHold(of: transition.job, resolution, at: now)
        }
        if transition.freesIdempotencyKey { try freeIdempotencyKey(of: transition.job) }
        guard let job = try job(.job(transition.job)) else { return .noSuchJob }
        try append(transition.record(for: job, at: now))
        try tellWebhooks(of: job, at: now)
        return .done(job)
    }

    private func isTaken(_ id: RequestID, but job: JobID) throws(SQLFailure) -> Bool {
        try row("SELECT id FROM job WHERE request_id = $1 AND id <> $2", [SQLValue(id), SQLValue(job)]) != nil
    }

    private func locked(_ job: JobID) throws(SQLFailure) -> (JobState, ProcessID)? {
        let row = try row("SELECT state, process_id FROM job WHERE id = $1 FOR NO KEY UPDATE", [SQLValue(job)])
        guard let row else { return nil }
        return (try row.choice("state"), ProcessID(stored: try row.text("process_id")))
    }

    private func write(
        _ transition: Transition, from current: JobState, to next: JobState, at now: Timestamp
    ) throws(SQLFailure) {
        // Only what is new: SQLite rewrites every index that has a column of the list, whatever its value.
        var facts = JobFacts(state: next)
        facts.add("upstream_key", transition.upstreamKey?.text)
        facts.add("request_id", transition.requestID?.text)
        facts.add("process_id", transition.process?.text)
        facts.add("error", transition.error)
        facts.add(transition.answer, at: now)
        facts.add(transition.result)
        facts.add("cost_micro_usd", transition.resolution?.cost.map { SQLValue($0) })
        facts.add(arrivalIn: next, at: now)
        let changed = try execute(
            "UPDATE job SET \(facts.assignments) WHERE id = $1 AND state = $2",
            [SQLValue(transition.job), SQLValue(current)] + facts.values)
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

/// Columns of a job with their new values: `$3` and on of the statement.
private struct JobFacts {
    private(set) var assignments: String
    private(set) var values: [SQLValue]

    init(state: JobState) {
        assignments = "state = $3"
        values = [SQLValue(state)]
    }

    /// - value: nil leaves what is stored.
    mutating func add(_ column: String, _ value: SQLValue?) {
        guard let value else { return }
        values.append(value)
        assignments += ", \(column) = $\(values.count + 2)"
    }

    mutating func add(_ column: String, _ text: String?) { add(column, text.map(SQLValue.text)) }

    mutating func add(_ answer: OrderAnswer?, at now: Timestamp) {
        guard let answer else { return }
        switch answer {
        case .accepted(let body):
            add("answer_kind", "accepted")
            add("answer_text", body)
        case .rejected(let status, let detail):
            add("answer_kind", "rejected")
            add("answer_status", SQLValue(status))
            add("answer_text", detail)
        case .unknown:
            add("answer_kind", "unknown")
        }
        // When the client was answered first.
        values.append(SQLValue(now))
        assignments += ", answered_us = COALESCE(answered_us, $\(values.count + 2))"
    }

    mutating func add(_ result: VideoResult?) {
        guard let result else { return }
        add("video_url", result.url)
        add("video_us", result.seconds?.microseconds.map { SQLValue($0) })
        add("cost_derived", SQLValue(result.isCostDerived))
    }

    mutating func add(arrivalIn state: JobState, at now: Timestamp) {
        switch state {
        case .dispatching: add("dispatched_us", SQLValue(now))
        case .accepted: add("accepted_us", SQLValue(now))
        default: break
        }
        if state.isEnded { add("ended_us", SQLValue(now)) }
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
