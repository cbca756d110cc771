/// A statement that every engine reads in the same way, taken apart: its parameters are `$1…$n`, and it leaves the
/// transaction and the connection alone.
package struct PortableStatement: Sendable {
    package let tokens: [SQLToken]
    package let parameterCount: Int

    /// - Throws: `.statement` for a parameter that is skipped, for another engine's placeholder, and for statements
    ///   that would end the transaction or change the connection under the engine's feet.
    package init(_ sql: String) throws(SQLFailure) {
        tokens = SQLToken.tokens(of: sql)
        try Self.checkVerb(of: tokens, sql)
        parameterCount = try Self.parameterCount(of: tokens, sql)
    }

    /// - Throws: `.statement` unless there is one value, which an engine can store, for each parameter.
    package func check(_ values: [SQLValue]) throws(SQLFailure) {
        guard values.count == parameterCount else {
            throw .statement(
                reason: "\(parameterCount) parameters wanted, \(values.count) given: \(sql.prefix(300))")
        }
        for (index, value) in values.enumerated() { try value.checkStorable(as: index + 1) }
    }

    private var sql: String { tokens.map(\.text).joined() }

    private static func checkVerb(of tokens: [SQLToken], _ sql: String) throws(SQLFailure) {
        guard let verb = tokens.first(where: \.isMeaningful), forbidden.contains(where: verb.isKeyword) else { return }
        throw .statement(reason: "\(verb.text) belongs to the engine, not to a transaction: \(sql.prefix(300))")
    }

    private static func parameterCount(of tokens: [SQLToken], _ sql: String) throws(SQLFailure) -> Int {
        var used: Set<Int> = []
        for token in tokens {
            switch token.kind {
            case .parameter:
                guard let number = token.parameterNumber, numbers.contains(number) else {
                    throw .statement(reason: "\(token.text) is no parameter: \(sql.prefix(300))")
                }
                used.insert(number)
            case .symbol where foreignPlaceholders.contains(token.text):
                throw .statement(reason: "parameters are $1, $2 …, not \(token.text): \(sql.prefix(300))")
            default:
                continue
            }
        }
        let highest = used.max() ?? 0
        guard used.count == highest else {
            throw .statement(reason: "a parameter below $\(highest) is not used: \(sql.prefix(300))")
        }
        return highest
    }

    // SQLite's own limit, the lower of the two.
    private static let numbers = 1...32_766

    private static let foreignPlaceholders: Set<Substring> = ["?", ":", "@", "$"]

    // Ends of transactions, other names for statements, and what changes a connection for those who use it next.
    private static let forbidden = [
        "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE", "EXECUTE",
        "DEALLOCATE", "SET", "RESET", "DISCARD", "LISTEN", "UNLISTEN", "NOTIFY", "COPY", "LOAD", "DO", "CALL",
        "ATTACH", "DETACH", "PRAGMA", "VACUUM",
    ]
}

extension SQLToken {
    /// The 12 of `$12`; nil for any other piece.
    package var parameterNumber: Int? { kind == .parameter ? Int(text.dropFirst()) : nil }
}
