import SQLDatabase

/// A limit, as it stands in the table.
struct WatchedBudget: Equatable, CustomStringConvertible {
    let ownerKind: String
    let ownerID: String
    let period: String
    let limit: Int64
    let zone: String

    init(_ row: SQLRow) throws(SQLFailure) {
        ownerKind = try row.text("owner_kind")
        ownerID = try row.text("owner_id")
        period = try row.text("period")
        limit = try row.integer("limit_micro_usd")
        zone = try row.text("time_zone")
    }

    func concerns(_ job: WatchedJob) -> Bool {
        switch ownerKind {
        case "organization": true
        case "team": ownerID == job.team
        default: ownerID == job.token
        }
    }

    var description: String { "\(limit) for \(ownerKind) \(ownerID) per \(period)" }
}
