import Foundation
package import GatewayCore
package import SQLDatabase

/// What was ordered and spent, summed over some orders.
package struct UsageFigures: Sendable, Hashable {
    /// Orders that were admitted.
    package var orders = 0
    package var completed = 0
    package var failed = 0
    package var unknown = 0
    /// Delivered video, in microseconds.
    package var videoMicroseconds: Int64 = 0
    package var captured = MicroUSD.zero
    package var held = MicroUSD.zero

    package init() {}
}

/// One line of a usage report.
package struct UsageRow: Sendable, Hashable {
    /// The value of the grouping: a team, a key id, a kind or a date (`2026-11-22`, UTC).
    package let group: String
    package let figures: UsageFigures
}

package enum UsageGrouping: String, Sendable, CaseIterable {
    case team, token, kind, day

    fileprivate var expression: String {
        switch self {
        case .team: "job.team_id"
        case .token: "job.key_id"
        case .kind: "job.kind"
        // Whole days since 1970; both engines divide integers towards zero and no job is older.
        case .day: "CAST(hold.placed_us / 86400000000 AS TEXT)"
        }
    }

    fileprivate func name(_ value: String) -> String {
        guard self == .day, let days = Int64(value) else { return value }
        return String(Timestamp(seconds: days * 86_400).rfc3339.prefix(10))
    }
}

extension GatewayStore {
    /// Orders placed from `start` up to, but not including, `end`, in the order of the groups' names.
    package func usage(
        from start: Timestamp, to end: Timestamp, by grouping: UsageGrouping, of team: TeamID? = nil
    ) async throws(SQLFailure) -> [UsageRow] {
        let isTeams = team == nil ? "" : "AND hold.team_id = $3"
        let parameters = [SQLValue(start), SQLValue(end)] + (team.map { [SQLValue($0)] } ?? [])
        return try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query(
                """
                SELECT \(grouping.expression) AS grouped_by, \(UsageFigures.columns)
                FROM hold JOIN job ON job.id = hold.job_id
                    LEFT JOIN hold_resolution ON hold_resolution.job_id = hold.job_id
                WHERE hold.placed_us >= $1 AND hold.placed_us < $2 \(isTeams)
                GROUP BY \(grouping.expression)
                """, parameters)
            let usage = try rows.map { (row) throws(SQLFailure) in
                UsageRow(group: grouping.name(try row.text("grouped_by")), figures: try UsageFigures(row: row))
            }
            // Here, because engines sort text by rules of their own.
            return usage.sorted { $0.group < $1.group }
        }
    }

    /// One team's orders placed since `start`.
    package func usage(of team: TeamID, since start: Timestamp) async throws(SQLFailure) -> UsageFigures {
        try await database.read { (connection) throws(SQLFailure) in
            let row = try connection.row(
                """
                SELECT \(UsageFigures.columns)
                FROM hold JOIN job ON job.id = hold.job_id
                    LEFT JOIN hold_resolution ON hold_resolution.job_id = hold.job_id
                WHERE hold.team_id = $1 AND hold.placed_us >= $2
                """, [SQLValue(team), SQLValue(start)])
            return try row.map(UsageFigures.init(row:)) ?? UsageFigures()
        }
    }
}

extension UsageFigures {
    fileprivate static let columns = """
        COUNT(*) AS orders,
        CAST(COALESCE(SUM(CASE WHEN job.state = 'completed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS completed,
        CAST(COALESCE(SUM(CASE WHEN job.state = 'failed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed,
        CAST(COALESCE(SUM(CASE WHEN job.state = 'unknown' THEN 1 ELSE 0 END), 0) AS BIGINT) AS unknown,
        CAST(COALESCE(SUM(job.video_us), 0) AS BIGINT) AS video_us,
        CAST(COALESCE(SUM(hold_resolution.charged_micro_usd), 0) AS BIGINT) AS captured,
        CAST(COALESCE(SUM(CASE WHEN hold_resolution.job_id IS NULL THEN hold.amount_micro_usd ELSE 0 END), 0)
            AS BIGINT) AS held
        """

    fileprivate init(row: SQLRow) throws(SQLFailure) {
        orders = try row.number("orders")
        completed = try row.number("completed")
        failed = try row.number("failed")
        unknown = try row.number("unknown")
        videoMicroseconds = try row.integer("video_us")
        captured = try row.amount("captured")
        held = try row.amount("held")
    }
}
