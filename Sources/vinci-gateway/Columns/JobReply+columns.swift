import AdminAPI
import VinciAPI

extension JobReply: Tabular {
    static var columns: [Column<JobReply>] {
        [
            Column("Job", \.jobID), Column("Team", \.team), Column("Kind", \.kind.rawValue), Column("State", \.state),
            Column("Seconds", .trailing) { "\($0.seconds)" }, Column("Hold", .trailing) { CellText.money($0.holdUSD) },
            Column("Cost", .trailing) { CellText.money($0.costUSD) }, Column("Created", \.createdAt),
            Column("Request id") { CellText.text($0.requestID) }, Column("Token", isDetail: true, \.keyID),
            Column("Upstream key", isDetail: true) { CellText.text($0.upstreamKey) },
            Column("Estimate", isDetail: true) { CellText.money($0.estimatedCostUSD) },
            Column("Accepted", isDetail: true) { CellText.text($0.acceptedAt) },
            Column("Ended", isDetail: true) { CellText.text($0.endedAt) },
            Column("Video", isDetail: true) { CellText.text($0.videoURL) },
            Column("Error", isDetail: true) { CellText.text($0.error) },
        ]
    }
}

extension JobChange: Tabular {
    static var columns: [Column<JobChange>] {
        [
            Column("At", \.at), Column("From") { CellText.text($0.from) }, Column("To", \.to),
            Column("Reason") { CellText.text($0.reason) },
        ]
    }
}
