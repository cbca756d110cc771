import AdminAPI
import VinciAPI

extension UsageRowReply: Tabular {
    static var columns: [Column<UsageRowReply>] {
        [
            Column("Group") { CellText.text($0.team ?? $0.token ?? $0.kind?.rawValue ?? $0.day) },
            Column("Orders", .trailing) { String($0.orders) },
            Column("Completed", .trailing) { String($0.completed) }, Column("Failed", .trailing) { String($0.failed) },
            Column("Unknown", .trailing) { String($0.unknown) }, Column("Seconds", .trailing) { "\($0.seconds)" },
            Column("Held", .trailing) { CellText.money($0.heldUSD) },
            Column("Captured", .trailing) { CellText.money($0.capturedUSD) },
        ]
    }
}
