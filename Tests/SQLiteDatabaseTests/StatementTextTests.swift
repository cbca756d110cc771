import SQLDatabase
import Testing

@testable import SQLiteDatabase

@Suite("A portable statement") struct StatementTextTests {
    static let rewritten: [(String, String, Int)] = [
        ("SELECT 1", "SELECT 1", 0),
        ("SELECT $2, $1, $2", "SELECT ?2, ?1, ?2", 2),
        ("SELECT $1||$2||$10||$3||$4||$5||$6||$7||$8||$9", "SELECT ?1||?2||?10||?3||?4||?5||?6||?7||?8||?9", 10),
        ("SELECT '$1', \"$2\", '''$3', \"\"\"$4\"", "SELECT '$1', \"$2\", '''$3', \"\"\"$4\"", 0),
        ("SELECT $1 -- $2 ?\n, 'x'", "SELECT ?1 -- $2 ?\n, 'x'", 1),
        ("SELECT /* $9 ' */ $1", "SELECT /* $9 ' */ ?1", 1),
        ("SELECT a$1 FROM t WHERE b=$1", "SELECT a$1 FROM t WHERE b=?1", 1),
        ("SELECT 'ü''$1'||$1", "SELECT 'ü''$1'||?1", 1),
        ("SELECT $01", "SELECT ?1", 1),
        ("SELECT a FROM t WHERE b = $1 FOR NO KEY UPDATE", "SELECT a FROM t WHERE b = ?1 ", 1),
        ("SELECT a FROM t\nfor no /* 1 */ key update -- $2", "SELECT a FROM t\n", 0),
        ("SELECT 'FOR NO KEY UPDATE'", "SELECT 'FOR NO KEY UPDATE'", 0),
    ]

    @Test("has its parameters numbered for SQLite, and nothing else touched", arguments: rewritten)
    func rewrites(portable: String, sqlite: String, count: Int) throws {
        let text = try StatementText(portable)
        #expect(text.sql == sqlite)
        #expect(text.portable.parameterCount == count)
    }

    @Test(
        "is refused when its parameters are not $1 … $n",
        arguments: [
            "SELECT $0", "SELECT $2", "SELECT $1, $3", "SELECT ?", "SELECT ?1", "SELECT :a", "SELECT @a", "SELECT $a",
            "SELECT $1::bigint", "SELECT $99999999999999999999", "SELECT $32767",
        ])
    func refusesParameters(portable: String) {
        #expect(throws: SQLFailure.self) { try StatementText(portable) }
    }

    @Test(
        "is refused when it would end the transaction or change the connection",
        arguments: [
            "COMMIT", "commit", " \n rollback", "/* x */ End", "PRAGMA synchronous = OFF", "ATTACH 'x' AS y", "VACUUM",
            "BEGIN IMMEDIATE", "SAVEPOINT a", "release a",
        ])
    func refusesTransactionControl(portable: String) {
        #expect(throws: SQLFailure.self) { try StatementText(portable) }
    }

    @Test("is prepared for good only as long as there are few of them")
    func cacheIsBounded() throws {
        let texts = StatementTexts()
        for number in 1...1_000 { #expect(try texts.text("SELECT \(number)").isKept) }
        #expect(try !texts.text("SELECT 1001").isKept)
        #expect(try texts.text("SELECT 7").isKept)
        #expect(try texts.text("SELECT 1001").text.sql == "SELECT 1001")
    }
}

@Suite("The pieces of an SQL text") struct SQLTokenTests {
    @Test("are the text again when joined", arguments: 1...200)
    func lossless(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let alphabet = Array("'\"-/*$;ab1 \n_ü🎬é\u{301}(),?")
        let text = String(
            (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? " " })
        #expect(SQLToken.tokens(of: text).map(\.text).joined() == text, "seed \(seed)")
    }

    @Test("end where quotes and comments end")
    func kinds() {
        let tokens = SQLToken.tokens(of: "a1 'x''y'\"z\"--c\n/*d*/$12;")
        #expect(
            tokens.map(\.kind) == [.word, .space, .quoted, .quoted, .comment, .space, .comment, .parameter, .symbol])
        #expect(tokens.map(\.text) == ["a1", " ", "'x''y'", "\"z\"", "--c", "\n", "/*d*/", "$12", ";"])
    }

    @Test(
        "reach to the end when a quote or comment is not finished", arguments: ["'a $1", "\"a", "/* a *", "--", "'a''"])
    func unfinished(text: String) {
        #expect(SQLToken.tokens(of: text).map(\.text) == [text[...]])
    }
}

/// The test's own repeatable randomness.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
