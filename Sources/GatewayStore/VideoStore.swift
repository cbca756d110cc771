package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Vinci names another URL for a finished video than it did before; the old one has expired. The URL itself is no
    /// matter for the audit: who knows it can fetch the video.
    /// - Returns: false, and nothing is written, when the job has no video or this URL already.
    package func renewVideoURL(_ url: String, of job: JobID, at now: Timestamp) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            let row = try connection.row(
                """
                UPDATE job SET video_url = $2
                WHERE id = $1 AND state = 'completed' AND (video_url IS NULL OR video_url <> $2) RETURNING team_id
                """, [SQLValue(job), .text(url)])
            guard let row else { return .rollback(false) }
            try connection.append(
                AuditRecord(
                    at: now, actor: .gateway("videos"), team: TeamID(stored: try row.text("team_id")),
                    action: .videoURLRenewed, object: job.text))
            return .commit(true)
        }
    }
}
