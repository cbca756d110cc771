import Crypto

/// One forward step of the schema.
///
/// The text is written once, in the PostgreSQL spelling of a small vocabulary that every driver understands:
/// `BIGINT`, `TEXT`, `BYTEA`, `BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY`, plain constraints (not deferrable) and
/// indexes. The SQLite driver reads it so: `BIGINT` is `INTEGER`, `BYTEA` is `BLOB`, the identity column is
/// `INTEGER PRIMARY KEY AUTOINCREMENT`, and every table is `STRICT`. Engine names for types (`INTEGER`, `BLOB`, `REAL` …)
/// are refused, because each would mean something else on the other engine.
///
/// Statements are separated by a semicolon at the end of a line.
package struct Migration: Sendable, Equatable {
    /// 1, 2, 3 … without gaps.
    package var number: Int
    package var name: String
    package var sql: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// SHA-256 of the text, 64 lower-case hexadecimal digits: shows that an applied step was edited afterwards.
    package var sha256: String {
        SHA256.hash(data: Array(sql.utf8)).map(\.hexadecimal).joined()
    }

    /// The single statements, in order, without the semicolons that separate them. Comments stay in; a part that is
    /// nothing but comments is left out.
    package var statements: [String] {
        var statements: [String] = []
        var current: [SQLToken] = []
        var rest = SQLToken.tokens(of: sql)[...]
        while let token = rest.popFirst() {
            if token.text == ";", rest.startsNewLine {
                statements.append(contentsOf: current.statement)
                current = []
            } else {
                current.append(token)
            }
        }
        return statements + current.statement
    }
}

extension ArraySlice<SQLToken> {
    fileprivate var startsNewLine: Bool {
        guard let first else { return true }
        return switch first.kind {
        case .space: first.text.contains(where: \.isNewline) || dropFirst().startsNewLine
        case .comment: true
        default: false
        }
    }
}

extension [SQLToken] {
    /// None or one statement, without the space around it.
    fileprivate var statement: [String] {
        guard contains(where: \.isMeaningful) else { return [] }
        let start = drop { $0.kind == .space }
        let end = start.lastIndex { $0.kind != .space } ?? start.startIndex
        return [start[...end].map(\.text).joined()]
    }
}

extension UInt8 {
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
