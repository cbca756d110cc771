import AdminAPI

extension AdminTokenReply: Tabular {
    static var columns: [Column<AdminTokenReply>] {
        [
            Column("Id", \.id), Column("Name", \.name), Column("Role", \.role.rawValue), Column("State", \.state),
            Column("Preview", \.preview), Column("Created", isDetail: true, \.createdAt),
            Column("Expires") { CellText.text($0.expiresAt) },
        ]
    }
}
