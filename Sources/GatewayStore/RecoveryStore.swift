package import GatewayCore
package import SQLDatabase

/// What a process got from another one that is gone.
package struct TakenOver: Sendable, Equatable {
    /// Orders that may have been sent, now unknown, and orders that were certainly not sent, now cancelled.
    package var settled: [Job] = []
    /// Accepted jobs, to be followed from now on.
    package var followed: [Job] = []

    package init() {}
}

extension GatewayStore {
    /// Processes that are gone and have left open jobs. A name that was never registered counts as gone.
    package func abandoned(by process: ProcessID) async throws(SQLFailure) -> [ProcessID] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query(
                """
                SELECT DISTINCT process_id FROM job WHERE \(OpenJobs.condition) AND process_id <> $1 AND NOT EXISTS
                    (SELECT 1 FROM process WHERE process.id = job.process_id AND process.state = 'alive')
                ORDER BY process_id
                """, [SQLValue(process)])
            return try rows.map { (row) throws(SQLFailure) in ProcessID(stored: try row.text("process_id")) }
        }
    }

    /// Takes open jobs of a process that is gone, oldest first: orders that may have been sent become unknown, orders that
    /// were certainly not sent are cancelled and their money released, accepted jobs change hands.
    /// - gone: one of ``abandoned(by:)``; that is final.
    /// - Returns: nil when nothing was left to take.
    package func takeOver(
        from gone: ProcessID, by process: ProcessID, limit: Int = 200, at now: Timestamp
    ) async throws(SQLFailure) -> TakenOver? {
        try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            let jobs = try connection.takeJobs(of: gone, for: process, limit: limit)
            guard !jobs.isEmpty else { return .rollback(nil) }
            var taken = TakenOver()
            for (job, state) in jobs {
                switch state {
                case .dispatching:
                    if case .done(let job) = try connection.apply(.lost(job), at: now) { taken.settled.append(job) }
                case .queued:
                    if case .done(let job) = try connection.apply(.neverSent(job), at: now) {
                        taken.settled.append(job)
                    }
                case .accepted:
                    if let job = try connection.job(.job(job)) { taken.followed.append(job) }
                case .unknown, .completed, .failed, .refused, .cancelled, .writtenOff: break
                }
            }
            return .commit(taken)
        }
    }
}

extension Transition {
    fileprivate static func lost(_ job: JobID) -> Transition {
        Transition(
            .outcomeLost, of: job, by: .gateway("recovery"), answer: .unknown,
            reason: "the process ended between sending and recording")
    }

    fileprivate static func neverSent(_ job: JobID) -> Transition {
        Transition(
            .cancelled, of: job, by: .gateway("recovery"),
            error: "the gateway was restarted before the order was sent",
            resolution: .release(verify: false), freesIdempotencyKey: true,
            reason: "the process ended before sending")
    }
}

extension SQLConnection {
    /// All rows are locked before any money moves, as in every other transition: jobs first, then owners. The outer
    /// condition is looked at again once a row is locked: of two that take the same job, one gets it.
    fileprivate func takeJobs(
        of gone: ProcessID, for process: ProcessID, limit: Int
    ) throws(SQLFailure) -> [(JobID, JobState)] {
        let rows = try query(
            """
            UPDATE job SET process_id = $2 WHERE process_id = $1 AND \(OpenJobs.condition) AND id IN
                (SELECT id FROM job WHERE process_id = $1 AND \(OpenJobs.condition) ORDER BY id LIMIT $3)
            RETURNING id, state
            """, [SQLValue(gone), SQLValue(process), SQLValue(limit)])
        let jobs = try rows.map { (row) throws(SQLFailure) -> (JobID, JobState) in
            (JobID(stored: try row.text("id")), try row.choice("state"))
        }
        return jobs.sorted { $0.0 < $1.0 }
    }
}
