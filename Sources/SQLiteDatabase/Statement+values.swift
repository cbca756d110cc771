import GRDB
import GRDBSQLite
import SQLDatabase

extension Statement {
    /// Runs with these values and shows each row that comes of it.
    ///
    /// Straight to SQLite: GRDB's arguments and rows box every value, which takes longer than most of the statements do.
    /// What GRDB would do besides serves its observers, and there are none.
    func run(_ values: [SQLValue], eachRow: (SQLiteStatement) throws -> Void) throws {
        defer {
            sqlite3_reset(sqliteStatement)
            // Not to keep what may be long, or secret.
            sqlite3_clear_bindings(sqliteStatement)
        }
        for (index, value) in values.enumerated() {
            let code = value.bind(to: sqliteStatement, at: CInt(index + 1))
            guard code == SQLITE_OK else { throw failure(code) }
        }
        while true {
            let code = sqlite3_step(sqliteStatement)
            switch code {
            case SQLITE_ROW: try eachRow(sqliteStatement)
            case SQLITE_DONE: return
            default: throw failure(code)
            }
        }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        let message = sqlite3_errmsg(sqlite3_db_handle(sqliteStatement)).map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql)
    }
}

extension SQLValue {
    /// - Returns: SQLite's result code.
    fileprivate func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        switch self {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
        // Without an address it would be NULL.
        case .text(let text) where text.isEmpty: sqlite3_bind_text(statement, index, "", 0, SQLValue.copied)
        case .text(var text):
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    sqlite3_bind_text64(
                        statement, index, characters.baseAddress, UInt64(characters.count), SQLValue.copied,
                        UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(statement, index, 0)
        case .blob(let bytes):
            sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), SQLValue.copied)
        }
    }

    /// SQLITE_TRANSIENT, a macro: SQLite makes a copy.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
