import SQLDatabase

/// Reads the vocabulary of `Migration` as PostgreSQL, which it nearly is: only columns of text are made to sort and
/// compare by their bytes, as on SQLite. That also keeps indexes sound when an upgrade of the system changes the rules of
/// its languages.
enum PostgresDialect {
    /// - Throws: `.statement` for a type or clause outside the vocabulary.
    static func translate(_ statement: String) throws(SQLFailure) -> String {
        try Migration.checkVocabulary(of: statement)
        let tokens = SQLToken.tokens(of: statement)
        guard definesColumns(tokens) else { return statement }
        var place = ColumnPlace()
        return tokens.map { token in
            guard place.isType(token), token.isKeyword("TEXT") else { return String(token.text) }
            return "\(token.text) COLLATE \"C\""
        }.joined()
    }

    private static func definesColumns(_ tokens: [SQLToken]) -> Bool {
        let words = tokens.lazy.filter(\.isMeaningful).prefix(2)
        guard let verb = words.first, let object = words.dropFirst().first else { return false }
        return (verb.isKeyword("CREATE") || verb.isKeyword("ALTER")) && object.isKeyword("TABLE")
    }
}

/// Follows a definition of columns, to tell a type from a column of the same name.
private struct ColumnPlace {
    private var depth = 0
    /// What comes before the name of a column: the list's bracket or comma, or `ADD COLUMN`.
    private var isName = false
    private var isType = false

    /// - Returns: whether the token stands where a column's type does. To be asked for each token in turn.
    mutating func isType(_ token: SQLToken) -> Bool {
        guard token.isMeaningful else { return false }
        defer { advance(over: token) }
        return isType
    }

    private mutating func advance(over token: SQLToken) {
        if token.text == "(" { depth += 1 }
        if token.text == ")" { depth -= 1 }
        let opens = depth == 1 && (token.text == "(" || token.text == ",")
        let adds = ["ADD", "COLUMN", "EXISTS"].contains(where: token.isKeyword) && depth == 0
        isType = isName && !opens && !adds && !token.isKeyword("CONSTRAINT")
        isName = opens || adds
    }
}
