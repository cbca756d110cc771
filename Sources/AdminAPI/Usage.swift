package import Foundation
package import VinciAPI

/// The column that usage is summed over.
package enum UsageGroupBy: String, Codable, Sendable, CaseIterable {
    case team, token, kind, day
}

/// One group of orders. Only the field that was grouped by is present.
package struct UsageRowReply: Codable, Sendable, Equatable {
    package var team: String?
    /// Key id.
    package var token: String?
    package var kind: VideoKind?
    /// `2026-11-22`, UTC.
    package var day: String?
    /// Admitted orders.
    package var orders: Int
    package var completed: Int
    package var failed: Int
    /// Of unknown outcome now.
    package var unknown: Int
    /// As billed.
    package var seconds: Decimal
    /// Still set aside.
    package var heldUSD: Decimal
    package var capturedUSD: Decimal

    package init(
        team: String? = nil, token: String? = nil, kind: VideoKind? = nil, day: String? = nil, orders: Int,
        completed: Int, failed: Int, unknown: Int, seconds: Decimal, heldUSD: Decimal, capturedUSD: Decimal
    ) {
        self.team = team
        self.token = token
        self.kind = kind
        self.day = day
        self.orders = orders
        self.completed = completed
        self.failed = failed
        self.unknown = unknown
        self.seconds = seconds
        self.heldUSD = heldUSD
        self.capturedUSD = capturedUSD
    }

    enum CodingKeys: String, CodingKey {
        case team, token, kind, day, orders, completed, failed, unknown, seconds
        case heldUSD = "held_usd"
        case capturedUSD = "captured_usd"
    }
}

extension UsageRowReply: Listed {
    package static var listName: String { "rows" }
}
