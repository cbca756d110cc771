import AdminAPI
import Foundation

extension ReconcileReply: Tabular {
    static var columns: [Column<ReconcileReply>] {
        [
            Column("Account", \.account), Column("State", \.state), Column("Sampled") { CellText.text($0.sampledAt) },
            Column("Spent", .trailing) { CellText.money($0.spentUSD ?? 0) },
            Column("At least", .trailing) { CellText.money($0.lowerUSD ?? 0) },
            Column("At most", .trailing) { CellText.money($0.upperUSD ?? 0) },
            Column("Drift", .trailing) { CellText.money($0.driftUSD) },
            Column("Unknown", .trailing) { CellText.text($0.unknownOrders.map(String.init)) },
            Column("Closed") { CellText.word($0.closed) },
        ]
    }
}
