import AdminAPI

extension AuditRow: Tabular {
    static var columns: [Column<AuditRow>] {
        [
            Column("No", .trailing) { String($0.seq) }, Column("At", \.at), Column("Actor", \.actor),
            Column("Team") { CellText.text($0.team) }, Column("Action", \.action),
            Column("Object", \.object), Column("Outcome", \.outcome),
            Column("Hold", .trailing) { CellText.money($0.holdUSD) },
            Column("Cost", .trailing) { CellText.money($0.costUSD) }, Column("Detail") { CellText.text($0.detail) },
        ]
    }
}
