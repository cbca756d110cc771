package import Foundation

/// Answer to `POST /admin/v1/reconcile`, and part of `GET /admin/v1/usage`: the Vinci account's own total beside the books.
package struct ReconcileReply: Codable, Sendable, Equatable {
    package var account: String
    /// `no_sample`, `no_baseline` (nothing has been still since the first sample), `balanced` or `drift`.
    package var state: String
    /// False: others use the account too; then nothing is concluded from it and nothing closed.
    package var exclusive: Bool
    /// The difference was still there when it was looked at again.
    package var alarm: Bool
    /// No order is taken while the account has spent more than the books know of.
    package var closed: Bool
    /// RFC 3339, UTC; of the last sample, as are the figures.
    @Nullable package var sampledAt: String?
    @Nullable package var baselineAt: String?
    /// Of the account, since the baseline.
    @Nullable package var spentUSD: Decimal?
    /// What the books say it must have spent at least, and can have spent at most.
    @Nullable package var lowerUSD: Decimal?
    @Nullable package var upperUSD: Decimal?
    /// Outside of these bounds by so much; above zero, more was spent than the books know of.
    package var driftUSD: Decimal
    @Nullable package var unknownOrders: Int?
    /// Jobs that this call has settled; absent elsewhere.
    package var settled: [String]?

    package init(
        account: String, state: String, exclusive: Bool, alarm: Bool, closed: Bool, sampledAt: String?,
        baselineAt: String?, spentUSD: Decimal?, lowerUSD: Decimal?, upperUSD: Decimal?, driftUSD: Decimal,
        unknownOrders: Int?, settled: [String]? = nil
    ) {
        self.account = account
        self.state = state
        self.exclusive = exclusive
        self.alarm = alarm
        self.closed = closed
        self.sampledAt = sampledAt
        self.baselineAt = baselineAt
        self.spentUSD = spentUSD
        self.lowerUSD = lowerUSD
        self.upperUSD = upperUSD
        self.driftUSD = driftUSD
        self.unknownOrders = unknownOrders
        self.settled = settled
    }

    enum CodingKeys: String, CodingKey {
        case account, state, exclusive, alarm, closed, settled
        case sampledAt = "sampled_at"
        case baselineAt = "baseline_at"
        case spentUSD = "spent_usd"
        case lowerUSD = "lower_usd"
        case upperUSD = "upper_usd"
        case driftUSD = "drift_usd"
        case unknownOrders = "unknown_orders"
    }
}

extension ReconcileReply {
    /// For people.
    package var sentence: String {
        switch state {
        case "no_sample": "The Vinci account has not been held against the ledger yet."
        case "no_baseline": "The Vinci account is compared with the ledger once no order is open for a moment."
        case "balanced":
            "The Vinci account has spent $\(spentUSD ?? 0), between the ledger's $\(lowerUSD ?? 0) and $\(upperUSD ?? 0)."
        default:
            "The Vinci account has spent $\(spentUSD ?? 0), outside of the ledger's $\(lowerUSD ?? 0) to $\(upperUSD ?? 0)"
                + (closed ? "; no orders are taken." : ".")
        }
    }
}

/// Body of `POST /admin/v1/reconcile`; may be left out.
package struct ReconcileRequest: RequestBody {
    /// True: the difference is explained, and the account is compared from here on.
    package var acceptDrift: Bool?
    /// Required with `accept_drift`; kept in the audit.
    package var reason: String?

    package init(acceptDrift: Bool? = nil, reason: String? = nil) {
        self.acceptDrift = acceptDrift
        self.reason = reason
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case reason
        case acceptDrift = "accept_drift"
    }
}

/// Answer to `GET /admin/v1/usage`.
package struct UsageReply: Codable, Sendable, Equatable {
    package var rows: [UsageRowReply]
    package var count: Int
    /// Always null: the report is one page.
    @Nullable package var nextCursor: String?
    /// Absent in replies of older gateways.
    package var reconcile: ReconcileReply?

    package init(rows: [UsageRowReply], reconcile: ReconcileReply) {
        self.rows = rows
        count = rows.count
        nextCursor = nil
        self.reconcile = reconcile
    }

    enum CodingKeys: String, CodingKey {
        case rows, count, reconcile
        case nextCursor = "next_cursor"
    }
}
