extension Migration {
    /// - Throws: `.statement` for a type or clause outside the vocabulary that one engine would take without a word.
    package static func checkVocabulary(of statement: String) throws(SQLFailure) {
        let stranger = SQLToken.tokens(of: statement).first { token in strangers.contains(where: token.isKeyword) }
        guard let stranger else { return }
        throw .statement(reason: "\(stranger.text) is not in the vocabulary of migrations: \(statement.prefix(300))")
    }

    // The first five would pass a STRICT table of SQLite, but are another type on PostgreSQL or none. A deferred
    // constraint fails only at COMMIT and would take the innocent writes of its group along.
    private static let strangers = ["INTEGER", "INT", "REAL", "BLOB", "ANY", "DEFERRABLE"]
}
