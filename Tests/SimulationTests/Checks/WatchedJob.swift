import SQLDatabase

/// What has been committed about one order, as the watch read it from the tables.
struct WatchedJob {
    let id: String
    let team: String
    let token: String
    let fingerprint: [UInt8]
    /// All columns of its row.
    var row: SQLRow
    var state: String
    /// Nil until its hold has been seen.
    var hold: Hold?
    var resolution: Resolution?

    struct Hold {
        let amount: Int64
        let placed: Int64
    }

    struct Resolution {
        let kind: String
        let charged: Int64
        let isToVerify: Bool
    }

    init(_ row: SQLRow) throws(SQLFailure) {
        id = try row.text("id")
        team = try row.text("team_id")
        token = try row.text("key_id")
        fingerprint = try row.blob("fingerprint")
        state = try row.text("state")
        self.row = row
    }

    var hasEnded: Bool { !["queued", "dispatching", "accepted", "unknown"].contains(state) }

    /// What its budgets have lost to it by now.
    var taken: Int64 { resolution?.charged ?? hold?.amount ?? 0 }

    var answerKind: String? { (try? row.textIfAny("answer_kind")) ?? nil }
    var answerText: String? { (try? row.textIfAny("answer_text")) ?? nil }
    var requestID: String? { (try? row.textIfAny("request_id")) ?? nil }
    var answered: Int64? { (try? row.integerIfAny("answered_us")) ?? nil }
}

/// The ways of a job, as the rules of the product list them.
enum JobWays {
    /// The record that a step must have; nil for a step that does not exist.
    static func record(from state: String?, to next: String) -> String? {
        switch (state, next) {
        case (nil, "queued"), (nil, "dispatching"): "order.admitted"
        case ("queued", "dispatching"): "order.dispatched"
        case ("queued", "cancelled"): "order.cancelled"
        case ("dispatching", "accepted"), ("unknown", "accepted"): "order.accepted"
        case ("dispatching", "refused"), ("unknown", "refused"): "order.not_created"
        case ("dispatching", "unknown"): "order.unknown"
        case ("accepted", "completed"), ("unknown", "completed"): "job.completed"
        case ("accepted", "failed"): "job.failed"
        case ("unknown", "written_off"): "job.written_off"
        default: nil
        }
    }
}
