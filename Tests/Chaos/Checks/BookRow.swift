import Foundation
import SQLDatabase

/// One job as it stands in the tables, with its hold and the key of its order.
struct BookRow: Sendable {
    let job: String
    let key: String
    let state: String
    let requestID: String?
    let held: Int64
    /// Of the hold: `release`, `capture`, `write_off`; nil while it is open.
    let resolution: String?
    let charged: Int64
    let isToBeVerified: Bool

    static func all(in store: ChaosStore) async throws -> [BookRow] {
        try await store.reading { database in
            try await database.read { connection throws(SQLFailure) in
                try connection.query(sql).map { row throws(SQLFailure) in try BookRow(row) }
            }
        }
    }

    /// Jobs that have not come to an end, nor to "unknown".
    /// - process: only those in the hands of this run of the program.
    static func unsettled(in store: ChaosStore, of process: String? = nil) async throws -> [BookRow] {
        try await store.reading { database in
            try await database.read { connection throws(SQLFailure) in
                let open = sql + " WHERE state IN ('queued', 'dispatching', 'accepted')"
                let rows =
                    if let process {
                        try connection.query(open + " AND process_id = $1", [.text(process)])
                    } else {
                        try connection.query(open)
                    }
                return try rows.map { row throws(SQLFailure) in try BookRow(row) }
            }
        }
    }

    private static let sql = """
        SELECT job.id AS id, state, request_id, amount_micro_usd, hold_resolution.kind AS resolution,
            charged_micro_usd, to_verify, idempotency_key
        FROM job JOIN hold ON hold.job_id = job.id LEFT JOIN hold_resolution ON hold_resolution.job_id = job.id
            LEFT JOIN idempotency ON idempotency.job_id = job.id
        """

    private init(_ row: SQLRow) throws(SQLFailure) {
        job = try row.text("id")
        key = try row.textIfAny("idempotency_key") ?? ""
        state = try row.text("state")
        requestID = try row.textIfAny("request_id")
        held = try row.integer("amount_micro_usd")
        resolution = try row.textIfAny("resolution")
        charged = try row.integerIfAny("charged_micro_usd") ?? 0
        isToBeVerified = try row.integerIfAny("to_verify") == 1
    }
}
