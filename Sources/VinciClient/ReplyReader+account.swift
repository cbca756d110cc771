import Foundation
import VinciAPI

extension ReplyReader {
    func balance(_ json: Data) throws(UnreadableReply) -> BalanceReply {
        let reply = try decode(BalanceReply.self, from: json)
        try Sane.balance.check(reply.balanceUSD, "balance_usd")
        try Sane.total.check(reply.totalSpentUSD, "total_spent_usd")
        return reply
    }

    func usage(_ json: Data) throws(UnreadableReply) -> UsageReply {
        let reply = try decode(UsageReply.self, from: json)
        try Sane.balance.check(reply.currentBalanceUSD, "current_balance_usd")
        try Sane.total.check(reply.totalSpentUSD, "total_spent_usd")
        try Sane.total.check(reply.totalCostUSD, "total_cost_usd")
        try Sane.total.check(reply.totalSeconds, "total_seconds")
        try Sane.total.check(Decimal(reply.totalRequests), "total_requests")
        return reply
    }

    func keys(_ json: Data) throws(UnreadableReply) -> KeyListReply {
        let reply = try decode(KeyListReply.self, from: json)
        var rows: [KeyRow] = []
        for var row in reply.apiKeys {
            guard VinciLimits.isKeyID(row.keyID) else { throw .field("key_id") }
            row.keyID = try safe(row.keyID, "key_id")
            row.name = clean(row.name)
            row.keyPreview = clean(row.keyPreview)
            row.createdAt = clean(row.createdAt)
            row.lastUsed = row.lastUsed.map { clean($0) }
            rows.append(row)
        }
        return KeyListReply(apiKeys: rows)
    }

    /// The one reply that carries a key: a new one, never ours.
    func newKey(_ json: Data) throws(UnreadableReply) -> NewKeyReply {
        var reply = try decode(NewKeyReply.self, from: json)
        guard VinciLimits.isKeyID(reply.keyID) else { throw .field("key_id") }
        guard (1...512).contains(reply.apiKey.utf8.count), reply.apiKey.isVisibleASCII else { throw .field("api_key") }
        reply.keyID = try safe(reply.keyID, "key_id")
        reply.apiKey = try safe(reply.apiKey, "api_key")
        reply.name = clean(reply.name)
        reply.createdAt = clean(reply.createdAt)
        return reply
    }

    /// - keyID: the one that was to be revoked; a reply about another is unreadable.
    func revokedKey(_ json: Data, keyID: String) throws(UnreadableReply) -> KeyRevokedReply {
        var reply = try decode(KeyRevokedReply.self, from: json)
        guard reply.keyID == keyID else { throw .field("key_id") }
        reply.message = clean(reply.message)
        return reply
    }
}
