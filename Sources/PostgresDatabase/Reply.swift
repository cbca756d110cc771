import CLibPQ

/// What the server answered to one request.
final class Reply {
    private let result: OpaquePointer

    /// - result: from libpq; cleared with this object.
    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var status: ExecStatusType { PQresultStatus(result) }

    /// `COMMIT`, `INSERT 0 3` …
    var tag: String { String(cString: PQcmdStatus(result)) }

    /// Rows that were inserted, changed or deleted; 0 for any other statement.
    var changedRows: Int {
        let tag = tag
        guard Self.changing.contains(where: tag.hasPrefix) else { return 0 }
        return Int(tag.split(separator: " ").last ?? "") ?? 0
    }

    var rowCount: Int { Int(PQntuples(result)) }

    /// Nil for NULL. The bytes live as long as this object.
    func bytes(row: Int, column: Int) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(result, CInt(row), CInt(column)) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(result, CInt(row), CInt(column)),
            count: Int(PQgetlength(result, CInt(row), CInt(column))))
    }

    /// A column of one of the driver's own statements; empty for NULL and for a row that is not there.
    func text(row: Int = 0, column: Int = 0) -> String {
        guard row < rowCount, column < columnCount, let bytes = bytes(row: row, column: column) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Of a description

    var columnCount: Int { Int(PQnfields(result)) }
    func columnName(_ column: Int) -> String { String(cString: PQfname(result, CInt(column))) }
    func columnType(_ column: Int) -> UInt32 { PQftype(result, CInt(column)) }
    var parameterTypes: [UInt32] { (0..<PQnparams(result)).map { PQparamtype(result, $0) } }

    // MARK: Of an error

    /// A field of an error or warning, by its letter in the protocol.
    func field(_ letter: Character) -> String? {
        guard let code = letter.asciiValue, let text = PQresultErrorField(result, CInt(code)) else { return nil }
        return String(cString: text)
    }

    private static let changing = ["INSERT ", "UPDATE ", "DELETE ", "MERGE "]
}
