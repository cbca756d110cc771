package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// What a process left behind when it died: orders that may have been sent become unknown, orders that were
    /// certainly not sent are cancelled and their money released.
    /// - Returns: the jobs that changed.
    package func recover(except process: String, at now: Timestamp) async throws(SQLFailure) -> [Job] {
        try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            var changed: [Job] = []
            for (job, state) in try connection.lockedUnsettled(except: process) {
                let transition: Transition = state == .dispatching ? .lostAtStart(job) : .neverSent(job)
                if case .done(let job) = try connection.apply(transition, at: now) { changed.append(job) }
            }
            return .commit(changed)
        }
    }
}

extension Transition {
    fileprivate static func lostAtStart(_ job: JobID) -> Transition {
        Transition(
            .outcomeLost, of: job, by: .gateway("start"), answer: .unknown,
            reason: "the process ended between sending and recording")
    }

    fileprivate static func neverSent(_ job: JobID) -> Transition {
        Transition(
            .cancelled, of: job, by: .gateway("start"), error: "the gateway was restarted before the order was sent",
            resolution: .release(verify: false), freesIdempotencyKey: true,
            reason: "the process ended before sending")
    }
}

extension SQLConnection {
    /// What other processes have not brought to Vinci or back, oldest first. All rows are locked before any money moves, as in
    /// every other transition: jobs first, then owners.
    fileprivate func lockedUnsettled(except process: String) throws(SQLFailure) -> [(JobID, JobState)] {
        let rows = try query(
            """
            UPDATE job SET state = state
            WHERE \(OpenJobs.condition) AND state IN ('queued', 'dispatching') AND process_id <> $1
            RETURNING id, state
            """, [.text(process)])
        let jobs = try rows.map { (row) throws(SQLFailure) -> (JobID, JobState) in
            (JobID(stored: try row.text("id")), try row.choice("state"))
        }
        return jobs.sorted { $0.0 < $1.0 }
    }
}
