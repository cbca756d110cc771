import SQLDatabase

/// Reads the vocabulary of `Migration` as PostgreSQL, which it nearly is: only text is made to sort and compare by its
/// bytes, as on SQLite. That also keeps indexes sound when the system's rules of a language change with an upgrade.
enum PostgresDialect {
    /// - Throws: `.statement` for a type or clause outside the vocabulary.
    static func translate(_ statement: String) throws(SQLFailure) -> String {
        try Migration.checkVocabulary(of: statement)
        let tokens = SQLToken.tokens(of: statement)
        guard definesColumns(tokens) else { return statement }
        var translated = ""
        var previous: SQLToken?
        for token in tokens {
            translated += token.text
            guard token.isMeaningful else { continue }
            // In CAST(… AS TEXT) a collation has no place.
            if token.isKeyword("TEXT"), previous?.isKeyword("AS") != true { translated += " COLLATE \"C\"" }
            previous = token
        }
        return translated
    }

    private static func definesColumns(_ tokens: [SQLToken]) -> Bool {
        let words = tokens.lazy.filter(\.isMeaningful).prefix(2)
        guard let verb = words.first, let object = words.dropFirst().first else { return false }
        return (verb.isKeyword("CREATE") || verb.isKeyword("ALTER")) && object.isKeyword("TABLE")
    }
}
