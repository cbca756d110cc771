import AdminAPI

extension TokenReply: Tabular {
    static var columns: [Column<TokenReply>] {
        [
            Column("Key id", \.keyID), Column("Team", \.team), Column("Name", \.name), Column("State", \.state),
            Column("Scopes", isDetail: true) { CellText.list($0.scopes) },
            Column("Orders/min", .trailing) { String($0.rateLimit) },
            Column("Reads/min", .trailing) { String($0.readRateLimit) },
            Column("Origins", isDetail: true) { CellText.list($0.allowedOrigins) },
            Column("Own jobs only", isDetail: true) { CellText.word($0.ownJobsOnly) }, Column("Preview", \.preview),
            Column("Created", isDetail: true, \.createdAt), Column("Expires") { CellText.text($0.expiresAt) },
            Column("Last used") { CellText.text($0.lastUsedAt) },
        ]
    }
}
