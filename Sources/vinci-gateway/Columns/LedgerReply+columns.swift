import AdminAPI

extension LedgerReply: Tabular {
    static var columns: [Column<LedgerReply>] {
        [
            Column("Adds up") { CellText.word($0.ok) }, Column("Checked", \.checkedAt),
            Column("Jobs", .trailing) { String($0.jobs) }, Column("Holds", .trailing) { String($0.holds) },
            Column("Budget periods", .trailing) { String($0.budgetPeriods) },
            Column("Held", .trailing) { CellText.money($0.heldUSD) },
            Column("Captured", .trailing) { CellText.money($0.capturedUSD) },
        ]
    }
}
