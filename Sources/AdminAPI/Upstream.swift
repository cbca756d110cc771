package import Foundation

/// Answer to `GET /admin/v1/upstream`: Vinci as the gateway sees it now.
package struct UpstreamReply: Codable, Sendable, Equatable {
    package var baseURL: String
    /// False while no key can take an order.
    package var acceptsOrders: Bool
    package var keys: [UpstreamKeyReply]
    /// Null while Vinci has never answered.
    @Nullable package var account: AccountReply?

    package init(baseURL: String, acceptsOrders: Bool, keys: [UpstreamKeyReply], account: AccountReply?) {
        self.baseURL = baseURL
        self.acceptsOrders = acceptsOrders
        self.keys = keys
        self.account = account
    }

    enum CodingKeys: String, CodingKey {
        case keys, account
        case baseURL = "base_url"
        case acceptsOrders = "accepts_orders"
    }
}

/// The account behind the keys.
package struct AccountReply: Codable, Sendable, Equatable {
    /// As Vinci says.
    package var balanceUSD: Decimal
    /// As Vinci says, ever.
    package var totalSpentUSD: Decimal
    /// Since Vinci said so.
    package var ageSeconds: Int

    package init(balanceUSD: Decimal, totalSpentUSD: Decimal, ageSeconds: Int) {
        self.balanceUSD = balanceUSD
        self.totalSpentUSD = totalSpentUSD
        self.ageSeconds = ageSeconds
    }

    enum CodingKeys: String, CodingKey {
        case balanceUSD = "balance_usd"
        case totalSpentUSD = "total_spent_usd"
        case ageSeconds = "age_seconds"
    }
}
