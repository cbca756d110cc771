import AdminAPI

extension BudgetReply: Tabular {
    static var columns: [Column<BudgetReply>] {
        [
            Column("Budget") { "\($0.ownerKind.rawValue):\($0.ownerID)/\($0.period.rawValue)" },
            Column("Limit", .trailing) { CellText.money($0.limitUSD) },
            Column("Captured", .trailing) { CellText.money($0.capturedUSD) },
            Column("Held", .trailing) { CellText.money($0.heldUSD) },
            Column("Available", .trailing) { CellText.money($0.availableUSD) },
            Column("Time zone", isDetail: true, \.timeZone),
            Column("Alerts at", isDetail: true) { CellText.list($0.alertPercents.map { "\($0)%" }) },
            Column("Since", isDetail: true) { CellText.text($0.periodStart) },
            Column("Resets") { CellText.text($0.resetsAt) },
        ]
    }
}
