import AdminAPI

extension TeamReply: Tabular {
    static var columns: [Column<TeamReply>] {
        [
            Column("Team", \.id), Column("Name", \.name), Column("State", \.state),
            Column("Per minute", .trailing) { CellText.text($0.rateLimit) },
            Column("Open jobs max", .trailing) { CellText.text($0.openJobsMax) },
            Column("Origins", isDetail: true) { CellText.list($0.allowedOrigins) }, Column("Created", \.createdAt),
        ]
    }
}
