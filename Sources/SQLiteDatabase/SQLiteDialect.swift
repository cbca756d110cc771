import SQLDatabase

/// Reads the vocabulary of `Migration` as SQLite: types by their SQLite names, identity columns, STRICT tables.
/// Words are replaced whole, and never inside quotes or comments.
enum SQLiteDialect {
    /// - Throws: `.statement` for a type or clause outside the vocabulary that SQLite would take without a word.
    static func translate(_ statement: String) throws(SQLFailure) -> String {
        try Migration.checkVocabulary(of: statement)
        let tokens = SQLToken.tokens(of: statement)
        let translated = replaceWords(in: tokens)
        guard isCreateTable(tokens) else { return translated.text }
        return try makeStrict(translated)
    }

    private static func replaceWords(in tokens: [SQLToken]) -> [SQLToken] {
        var translated: [SQLToken] = []
        var rest = tokens[...]
        while let first = rest.first {
            guard let rule = rules.first(where: { rest.starts(withWords: $0.words) }) else {
                translated.append(first)
                rest.removeFirst()
                continue
            }
            translated.append(SQLToken(kind: .word, text: rule.sqlite))
            rest.remove(words: rule.words.count)
        }
        return translated
    }

    private static func makeStrict(_ tokens: [SQLToken]) throws(SQLFailure) -> String {
        guard let last = tokens.lastIndex(where: \.isMeaningful), tokens[last].text == ")" else {
            throw .statement(reason: "CREATE TABLE ends with its list of columns: \(tokens.text.prefix(300))")
        }
        // Before a trailing comment, which would swallow the word.
        return Array(tokens[...last]).text + " STRICT" + Array(tokens[(last + 1)...]).text
    }

    private static func isCreateTable(_ tokens: [SQLToken]) -> Bool {
        let words = tokens.lazy.filter(\.isMeaningful).prefix(2)
        return words.first?.isKeyword("CREATE") == true && words.dropFirst().first?.isKeyword("TABLE") == true
    }

    private struct Rule {
        var words: [String]
        var sqlite: Substring
    }

    // The longest first.
    private static let rules = [
        Rule(
            words: ["BIGINT", "GENERATED", "ALWAYS", "AS", "IDENTITY", "PRIMARY", "KEY"],
            sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT"),
        Rule(words: ["BIGINT"], sqlite: "INTEGER"),
        Rule(words: ["BYTEA"], sqlite: "BLOB"),
    ]
}

extension [SQLToken] {
    fileprivate var text: String { map(\.text).joined() }
}

extension ArraySlice<SQLToken> {
    fileprivate func starts(withWords words: [String]) -> Bool {
        var rest = self
        for word in words {
            guard let first = rest.first, first.isKeyword(word) else { return false }
            rest = rest.dropFirst().drop { !$0.isMeaningful }
        }
        return true
    }

    /// Removes that many words with the space and comments between them, but not what follows the last.
    fileprivate mutating func remove(words count: Int) {
        for _ in 1..<count { self = dropFirst().drop { !$0.isMeaningful } }
        removeFirst()
    }
}
