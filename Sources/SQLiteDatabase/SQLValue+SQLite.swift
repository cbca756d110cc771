import Foundation
import GRDB
import GRDBSQLite
import SQLDatabase

extension SQLValue {
    /// The value in one column of the row that `statement` stands on. Read byte by byte rather than through GRDB, which
    /// would end text at U+0000 and repair bad UTF-8: a tampered store must show.
    /// - Throws: `.statement` for a REAL, as money never passes through one; `.unexpectedRow` for text that is not UTF-8.
    init(_ statement: SQLiteStatement, column: CInt) throws(SQLFailure) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL:
            self = .null
        case SQLITE_INTEGER:
            self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_TEXT:
            let bytes = Self.bytes(sqlite3_column_text(statement, column), of: statement, column)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .unexpectedRow("column \(column) holds text that is not UTF-8")
            }
            self = .text(text)
        case SQLITE_BLOB:
            self = .blob(Array(Self.bytes(sqlite3_column_blob(statement, column), of: statement, column)))
        default:
            throw .statement(reason: "column \(column) is a fraction; amounts are whole micro-dollars")
        }
    }

    private static func bytes(
        _ start: UnsafeRawPointer?, of statement: SQLiteStatement, _ column: CInt
    ) -> UnsafeRawBufferPointer {
        // An empty blob has no address.
        UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
    }

    /// - number: of the parameter, for the message.
    /// - Throws: `.statement` for what SQLite would cut or not take at all.
    func checkStorable(as number: Int) throws(SQLFailure) {
        switch self {
        case .null, .integer:
            return
        case .text(let text):
            guard !text.utf8.contains(0) else {
                throw .statement(reason: "$\(number) is text with U+0000")
            }
            try Self.checkSize(text.utf8.count, of: number)
        case .blob(let bytes):
            try Self.checkSize(bytes.count, of: number)
        }
    }

    private static func checkSize(_ bytes: Int, of number: Int) throws(SQLFailure) {
        guard bytes <= bytesMax else {
            throw .statement(reason: "$\(number) has \(bytes) bytes, at most \(bytesMax) are taken")
        }
    }

    // Far above any value of ours and below SQLite's own limit of 10^9, which GRDB meets with a trap.
    private static let bytesMax = 64 << 20
}

extension DatabaseValue {
    init(_ value: SQLValue) {
        self =
            switch value {
            case .null: .null
            case .integer(let integer): integer.databaseValue
            case .text(let text): text.databaseValue
            case .blob(let bytes): Data(bytes).databaseValue
            }
    }
}
