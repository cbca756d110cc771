import Crypto

/// HMAC-SHA-256 under one key. What concerns the key alone is computed once, which for short texts is half of the work.
struct KeyedHash: Sendable {
    private let begun: HMAC<SHA256>

    init(_ key: SymmetricKey) { begun = HMAC(key: key) }

    /// 32 bytes.
    func callAsFunction(_ text: String) -> [UInt8] {
        var hash = begun
        hash.update(data: Array(text.utf8))
        return Array(hash.finalize())
    }
}
