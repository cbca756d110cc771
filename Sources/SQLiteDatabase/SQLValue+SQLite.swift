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
            var text = String(decoding: bytes, as: UTF8.self)
            // Repaired, it would not be the same any more. (`String(validating:as:)` takes longer for short ones.)
            guard text.withUTF8({ $0.elementsEqual(bytes) }) else { throw .notUTF8(column: Int(column)) }
            self = .text(text)
        case SQLITE_BLOB:
            self = .blob(Array(Self.bytes(sqlite3_column_blob(statement, column), of: statement, column)))
        default:
            throw .fraction(column: Int(column))
        }
    }

    private static func bytes(
        _ start: UnsafeRawPointer?, of statement: SQLiteStatement, _ column: CInt
    ) -> UnsafeRawBufferPointer {
        // An empty blob has no address.
        UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
    }
}
