package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Whether other processes may use the same store at the same time.
    package var isShared: Bool { database.isShared }

    /// Says that a process lives, before it does anything else.
    /// - alone: nobody else can have the store open, so all earlier processes are dead.
    package func register(_ process: ProcessID, alone: Bool, at now: Timestamp) async throws(SQLFailure) {
        try await database.write { (connection) throws(SQLFailure) in
            if alone { try connection.execute("UPDATE process SET state = 'dead' WHERE state = 'alive'") }
            // A repetition, after an answer that was lost, changes nothing.
            try connection.execute(
                """
                INSERT INTO process (id, state, beat, started_us) VALUES ($1, 'alive', 0, $2)
                ON CONFLICT (id) DO NOTHING
                """, [SQLValue(process), SQLValue(now)])
            return .commit(())
        }
    }

    /// - Returns: false when the process was declared dead meanwhile: it must go on under another name.
    package func beat(_ process: ProcessID) async throws(SQLFailure) -> Bool {
        try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            let beaten = try connection.execute(
                "UPDATE process SET beat = beat + 1 WHERE id = $1 AND state = 'alive'", [SQLValue(process)])
            return beaten == 1 ? .commit(true) : .rollback(false)
        }
    }

    /// The beats of all processes that count as alive, but for one.
    package func beats(except process: ProcessID) async throws(SQLFailure) -> [BeatWatch.Beat] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT id, beat FROM process WHERE state = 'alive' AND id <> $1 ORDER BY id", [SQLValue(process)])
            return try rows.map { (row) throws(SQLFailure) in
                BeatWatch.Beat(process: ProcessID(stored: try row.text("id")), count: try row.integer("beat"))
            }
        }
    }

    /// Final: whoever was declared dead never acts under that name again. Its places in shared limits rest once more.
    /// - Returns: false when it has beaten since, has left, or somebody else was first.
    package func declareDead(_ beat: BeatWatch.Beat) async throws(SQLFailure) -> Bool {
        try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            let declared = try connection.execute(
                "UPDATE process SET state = 'dead' WHERE id = $1 AND beat = $2 AND state = 'alive'",
                [SQLValue(beat.process), .integer(beat.count)])
            guard declared == 1 else { return .rollback(false) }
            try connection.reclaimPlaces(of: beat.process)
            return .commit(true)
        }
    }

    /// The process ends in good order; what it leaves open may be taken over at once.
    package func leave(_ process: ProcessID) async throws(SQLFailure) {
        try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            try connection.execute(
                "UPDATE process SET state = 'left' WHERE id = $1 AND state = 'alive'", [SQLValue(process)])
            try connection.reclaimPlaces(of: process)
            return .commit(())
        }
    }

    /// Removes processes that ended before `cutoff` and left no open job.
    /// - Returns: how many.
    package func forgetProcesses(before cutoff: Timestamp) async throws(SQLFailure) -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            .commit(
                try connection.execute(
                    """
                    DELETE FROM process WHERE state <> 'alive' AND started_us < $1 AND NOT EXISTS
                        (SELECT 1 FROM job WHERE job.process_id = process.id AND \(OpenJobs.condition))
                    """, [SQLValue(cutoff)]))
        }
    }
}
