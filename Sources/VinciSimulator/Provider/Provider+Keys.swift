import VinciAPI

extension Provider {
    func keyList(of visitor: Visitor) -> KeyListReply {
        KeyListReply(
            apiKeys: keys.keys(of: visitor.accountID).map { key in
                KeyRow(
                    keyID: key.id, name: key.name, isActive: key.isActive, createdAt: key.createdAt.rfc3339,
                    lastUsed: key.lastUsed?.rfc3339, keyPreview: key.preview, rateLimit: key.window.limit)
            })
    }

    mutating func createKey(
        for visitor: Visitor, name: String, requestsPerMinute: Int, at now: Moment
    ) throws(VinciRefusal) -> NewKeyReply {
        let max = KeyRing.keysPerAccountMax
        guard keys.count(of: visitor.accountID) < max else { throw .tooManyKeys(max: max) }
        var key: APIKey
        // A chance collision with a key of the configuration draws again.
        repeat {
            key = APIKey(
                id: newKeyID(), text: "sk-" + random.base62(32), accountID: visitor.accountID, name: name,
                createdAt: now, window: RateWindow(limit: requestsPerMinute))
        } while !keys.add(key)
        return NewKeyReply(
            keyID: key.id, name: key.name, apiKey: key.text, rateLimit: requestsPerMinute,
            createdAt: key.createdAt.rfc3339)
    }

    /// A revoked key stays in the list, marked inactive; revoking it again finds nothing.
    mutating func revokeKey(_ id: String, of visitor: Visitor) throws(VinciRefusal) -> KeyRevokedReply {
        guard keys.revoke(id, of: visitor.accountID) else { throw .noSuchKey }
        return KeyRevokedReply(keyID: id)
    }
}
