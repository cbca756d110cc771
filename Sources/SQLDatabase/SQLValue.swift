/// A parameter or a column: the four storage classes that both engines share.
package enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    /// Without U+0000.
    case text(String)
    case blob([UInt8])
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(nilLiteral: ()) { self = .null }
}

/// One row of a result, read by column name.
package struct SQLRow: Sendable, Equatable {
    private let columns: SQLColumns
    private let values: [SQLValue]

    /// - columns: shared by all rows of one result.
    /// - values: as many as there are columns.
    package init(columns: SQLColumns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// - Throws: `.unexpectedRow` when there is no such column; that is a fault of the query, not of the data.
    package func value(_ name: String) throws(SQLFailure) -> SQLValue {
        guard let index = columns.index(of: name), values.indices.contains(index) else {
            throw .unexpectedRow("no column \(name)")
        }
        return values[index]
    }

    package func integer(_ name: String) throws(SQLFailure) -> Int64 {
        guard let integer = try integerIfAny(name) else { throw .unexpectedRow("\(name) is null") }
        return integer
    }

    package func integerIfAny(_ name: String) throws(SQLFailure) -> Int64? {
        switch try value(name) {
        case .integer(let integer): integer
        case .null: nil
        default: throw .unexpectedRow("\(name) is not an integer")
        }
    }

    package func text(_ name: String) throws(SQLFailure) -> String {
        guard let text = try textIfAny(name) else { throw .unexpectedRow("\(name) is null") }
        return text
    }

    package func textIfAny(_ name: String) throws(SQLFailure) -> String? {
        switch try value(name) {
        case .text(let text): text
        case .null: nil
        default: throw .unexpectedRow("\(name) is not text")
        }
    }

    package func blob(_ name: String) throws(SQLFailure) -> [UInt8] {
        guard let blob = try blobIfAny(name) else { throw .unexpectedRow("\(name) is null") }
        return blob
    }

    package func blobIfAny(_ name: String) throws(SQLFailure) -> [UInt8]? {
        switch try value(name) {
        case .blob(let blob): blob
        case .null: nil
        default: throw .unexpectedRow("\(name) is not a blob")
        }
    }

    /// Booleans are stored as 0 and 1.
    package func bool(_ name: String) throws(SQLFailure) -> Bool { try integer(name) != 0 }
}

/// The column names of a result, looked up by name.
package struct SQLColumns: Sendable, Equatable {
    private let names: [String]

    package init(_ names: [String]) { self.names = names }

    // Results have at most some twenty columns, where a scan beats hashing.
    func index(of name: String) -> Int? { names.firstIndex(of: name) }
}
