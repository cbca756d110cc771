import AdminAPI

extension UpstreamKeyReply: Tabular {
    static var columns: [Column<UpstreamKeyReply>] {
        [
            Column("Key", \.id), Column("Source", \.source), Column("State", \.state),
            Column("Per minute", .trailing) { String($0.requestsPerMinute) },
            Column("Left", .trailing) { String($0.remaining) }, Column("Reason") { CellText.text($0.reason) },
            Column("Tried again") { $0.retryAfterSeconds.map { "in \($0) s" } ?? CellText.none },
        ]
    }
}
