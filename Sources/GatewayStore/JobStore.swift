import Foundation
package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// A job by its own id or by Vinci's.
    package func job(_ name: JobName) async throws(SQLFailure) -> Job? {
        try await database.read { (connection) throws(SQLFailure) in try connection.job(name) }
    }

    /// Jobs in the order in which they were made, latest first.
    /// - before: the last id of the page before; nil for the first page.
    package func jobs(_ filter: JobFilter, before: JobID?, limit: Int) async throws(SQLFailure) -> [Job] {
        var conditions = ["hold.job_id = job.id"]
        var parameters: [SQLValue] = []
        func require(_ condition: String, _ value: String?) {
            guard let value else { return }
            parameters.append(.text(value))
            conditions.append("\(condition) $\(parameters.count)")
        }
        require("job.team_id =", filter.team?.text)
        require("job.key_id =", filter.token?.text)
        require("job.state =", filter.state?.rawValue)
        // A few among all: with these words an index knows them.
        if filter.state?.isEnded == false { conditions.append(OpenJobs.condition) }
        require("job.id <", before?.text)
        parameters.append(SQLValue(limit))
        let sql = """
            SELECT job.*, hold.amount_micro_usd FROM job, hold WHERE \(conditions.joined(separator: " AND "))
            ORDER BY job.id DESC LIMIT $\(parameters.count)
            """
        let bound = parameters
        return try await database.read { (connection) throws(SQLFailure) in
            try connection.query(sql, bound).map(Job.init(row:))
        }
    }

    /// Accepted jobs that a process has to follow, oldest first, page by page.
    package func followed(
        by process: ProcessID, after: JobID?, limit: Int
    ) async throws(SQLFailure) -> [Job] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query(
                """
                SELECT job.*, hold.amount_micro_usd FROM job, hold
                WHERE hold.job_id = job.id AND job.process_id = $1 AND job.state = 'accepted' AND job.id > $2
                    AND \(OpenJobs.condition)
                ORDER BY job.id LIMIT $3
                """, [SQLValue(process), .text(after?.text ?? ""), SQLValue(limit)])
            return try rows.map(Job.init(row:))
        }
    }

    /// How long the latest videos took Vinci, as far as this gateway saw it; oldest first.
    /// - latest: so many jobs are looked at, whatever became of them.
    package func jobTimes(latest: Int) async throws(SQLFailure) -> [JobTime] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query(
                """
                SELECT kind, seconds, accepted_us, ended_us FROM (SELECT * FROM job ORDER BY id DESC LIMIT $1) AS latest
                WHERE state = 'completed' AND accepted_us IS NOT NULL ORDER BY id
                """, [SQLValue(latest)])
            return try rows.map { (row) throws(SQLFailure) in
                JobTime(
                    shape: JobTimes.Shape(kind: try row.choice("kind"), seconds: try row.number("seconds")),
                    took: try row.instant("ended_us").since(try row.instant("accepted_us")))
            }
        }
    }

    /// Keeps what Vinci says about an accepted job, for processes that do not follow it.
    /// - Returns: false when the job is no longer accepted, or belongs to another process than this one.
    package func note(_ live: LiveState, of job: JobID, fence: ProcessID) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            let noted = try connection.execute(
                """
                UPDATE job SET live_status = $3, live_progress = $4, live_us = $5
                WHERE id = $1 AND process_id = $2 AND state = 'accepted'
                """,
                [
                    SQLValue(job), SQLValue(fence), .text(live.stage.rawValue),
                    SQLValue(live.progress.map { "\($0)" }), SQLValue(live.seenAt),
                ])
            return noted == 1 ? .commit(true) : .rollback(false)
        }
    }

    /// How many jobs are in each of the open states.
    package func openJobCounts() async throws(SQLFailure) -> [JobState: Int] {
        try await database.read { (connection) throws(SQLFailure) in
            var counts: [JobState: Int] = [:]
            let rows = try connection.query(
                """
                SELECT state, COUNT(*) AS jobs FROM job WHERE \(OpenJobs.condition) GROUP BY state
                """)
            for row in rows { counts[try row.choice("state")] = try row.number("jobs") }
            return counts
        }
    }
}

enum OpenJobs {
    /// Word for word as in the partial indexes of `job`: an engine uses those only for a condition that it recognises, so
    /// it stands also beside a narrower one.
    ///
    /// Not `IN`: for a list of more than two SQLite makes a table, each time that it writes to one of the indexes.
    static let condition = "(state = 'queued' OR state = 'dispatching' OR state = 'accepted' OR state = 'unknown')"
}

/// The two names by which a job may be asked for.
package enum JobName: Sendable, Hashable {
    case job(JobID)
    case request(RequestID)
}

package struct JobFilter: Sendable, Hashable {
    package var team: TeamID?
    package var token: KeyID?
    package var state: JobState?

    package init(team: TeamID? = nil, token: KeyID? = nil, state: JobState? = nil) {
        self.team = team
        self.token = token
        self.state = state
    }
}

extension SQLConnection {
    func job(_ name: JobName) throws(SQLFailure) -> Job? {
        let (column, value) =
            switch name {
            case .job(let id): ("job.id", id.text)
            case .request(let id): ("job.request_id", id.text)
            }
        let row = try row(
            """
            SELECT job.*, hold.amount_micro_usd FROM job, hold WHERE hold.job_id = job.id AND \(column) = $1
            """, [.text(value)])
        return try row.map(Job.init(row:))
    }
}

extension Job {
    /// - row: `job.*` with the hold's `amount_micro_usd`.
    init(row: SQLRow) throws(SQLFailure) {
        self.init(
            id: JobID(stored: try row.text("id")),
            owner: JobOwner(
                team: TeamID(stored: try row.text("team_id")), token: KeyID(stored: try row.text("key_id"))),
            kind: try row.choice("kind"),
            state: try row.choice("state"),
            seconds: try row.number("seconds"),
            estimatedCost: try row.amount("estimate_micro_usd"),
            hold: try row.amount("amount_micro_usd"),
            process: ProcessID(stored: try row.text("process_id")),
            upstreamKey: try row.textIfAny("upstream_key").map(UpstreamKeyID.init(stored:)),
            requestID: try row.textIfAny("request_id").map(RequestID.init(checked:)),
            createdAt: try row.instant("created_us"),
            acceptedAt: try row.instantIfAny("accepted_us"),
            endedAt: try row.instantIfAny("ended_us"),
            stalledAt: try row.instantIfAny("stalled_us"),
            live: try LiveState(row: row),
            result: try VideoResult(row: row),
            error: try row.textIfAny("error"))
    }
}

extension LiveState {
    fileprivate init?(row: SQLRow) throws(SQLFailure) {
        guard let seenAt = try row.instantIfAny("live_us") else { return nil }
        self.init(
            stage: try row.choice("live_status"),
            progress: try row.textIfAny("live_progress").flatMap { Decimal(string: $0, locale: .posix) },
            seenAt: seenAt)
    }
}

extension Locale {
    /// Where numbers have a point.
    fileprivate static let posix = Locale(identifier: "en_US_POSIX")
}

extension VideoResult {
    fileprivate init?(row: SQLRow) throws(SQLFailure) {
        guard let cost = try row.amountIfAny("cost_micro_usd") else { return nil }
        self.init(
            url: try row.textIfAny("video_url"), seconds: try row.secondsIfAny("video_us"), cost: cost,
            isCostDerived: try row.bool("cost_derived"))
    }
}
