import GRDB
import GRDBSQLite

/// A row that a statement has inserted, changed or deleted. Rows that a statement without WHERE deletes are not told.
package struct RowChange: Sendable {
    package enum Kind: Sendable {
        case insert, update, delete
    }

    package let kind: Kind
    package let table: String
    package let row: Int64

    private init(_ operation: CInt, table: UnsafePointer<CChar>, row: Int64) {
        kind =
            switch operation {
            case SQLITE_INSERT: .insert
            case SQLITE_DELETE: .delete
            default: .update
            }
        self.table = String(cString: table)
        self.row = row
    }

    /// - store: must call ``stopListening(to:)`` before it goes.
    static func listen(to database: Database, _ store: SQLiteImmediateDatabase) {
        sqlite3_update_hook(
            database.sqliteConnection,
            { store, operation, _, table, row in
                guard let store, let table else { return }
                let listener = Unmanaged<SQLiteImmediateDatabase>.fromOpaque(store).takeUnretainedValue()
                listener.onChange(RowChange(operation, table: table, row: row))
            }, Unmanaged.passUnretained(store).toOpaque())
    }

    static func stopListening(to database: Database) {
        sqlite3_update_hook(database.sqliteConnection, nil, nil)
    }
}
