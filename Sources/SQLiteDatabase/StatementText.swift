import SQLDatabase

/// A portable statement made ready for SQLite: `$N` is `?N`, and no row is locked, as nobody else writes.
///
/// SQLite takes `$1` for a *name* and numbers names in order of appearance, so `SELECT $2, $1` would silently swap
/// its parameters.
struct StatementText: Sendable {
    let sql: String
    let portable: PortableStatement

    /// - Throws: what `PortableStatement` refuses.
    init(_ text: String) throws(SQLFailure) {
        portable = try PortableStatement(text)
        sql = portable.tokens.dropLast(portable.tokens.rowLockLength).map { token in
            token.parameterNumber.map { "?\($0)" } ?? String(token.text)
        }.joined()
    }
}

extension [SQLToken] {
    /// How many of the last pieces are ` FOR NO KEY UPDATE`.
    fileprivate var rowLockLength: Int {
        let words = ["FOR", "NO", "KEY", "UPDATE"]
        let last = indices.filter { self[$0].isMeaningful }.suffix(words.count)
        guard last.count == words.count, zip(last, words).allSatisfy({ self[$0].isKeyword($1) }) else { return 0 }
        return last.first.map { count - $0 } ?? 0
    }
}
