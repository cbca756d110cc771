import SQLDatabase

/// A portable statement made ready for SQLite: `$N` is `?N`.
///
/// SQLite takes `$1` for a *name* and numbers names in order of appearance, so `SELECT $2, $1` would silently swap
/// its parameters.
struct StatementText: Sendable {
    let sql: String
    let portable: PortableStatement

    /// - Throws: what `PortableStatement` refuses.
    init(_ text: String) throws(SQLFailure) {
        portable = try PortableStatement(text)
        sql = portable.tokens.map { token in token.parameterNumber.map { "?\($0)" } ?? String(token.text) }.joined()
    }
}
