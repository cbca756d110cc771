import SQLDatabase

/// A portable statement made ready for SQLite: `$N` is `?N`.
///
/// SQLite takes `$1` for a *name* and numbers names in order of appearance, so `SELECT $2, $1` would silently swap
/// its parameters.
struct StatementText: Sendable, Equatable {
    let sql: String
    let parameterCount: Int

    /// - Throws: `.statement` for a parameter that is skipped, for another engine's placeholder, and for statements
    ///   that would end the transaction or change the connection under the engine's feet.
    init(_ portable: String) throws(SQLFailure) {
        let tokens = SQLToken.tokens(of: portable)
        if let verb = tokens.first(where: \.isMeaningful), Self.forbidden.contains(where: verb.isKeyword) {
            throw .statement(
                reason: "\(verb.text) belongs to the engine, not to a transaction: \(portable.prefix(300))")
        }
        var numbers: Set<Int> = []
        var sql = ""
        for token in tokens {
            switch token.kind {
            case .parameter:
                let digits = token.text.dropFirst()
                guard let number = Int(digits), Self.numbers.contains(number) else {
                    throw .statement(reason: "\(token.text) is no parameter: \(portable.prefix(300))")
                }
                numbers.insert(number)
                sql += "?\(number)"
            case .symbol where Self.foreignPlaceholders.contains(token.text):
                throw .statement(reason: "parameters are $1, $2 …, not \(token.text): \(portable.prefix(300))")
            default:
                sql += token.text
            }
        }
        let highest = numbers.max() ?? 0
        guard numbers.count == highest else {
            throw .statement(reason: "a parameter below $\(highest) is not used: \(portable.prefix(300))")
        }
        self.sql = sql
        parameterCount = highest
    }

    // SQLite's own limit.
    private static let numbers = 1...32_766

    private static let foreignPlaceholders: Set<Substring> = ["?", ":", "@", "$"]

    private static let forbidden = [
        "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "ATTACH", "DETACH", "PRAGMA",
        "VACUUM",
    ]
}
