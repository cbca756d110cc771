import SQLDatabase

/// A statement that the server has read: which values it takes and what its rows hold.
struct PreparedStatement {
    /// Empty when it is to be used once.
    let name: String
    let portable: PortableStatement
    let parameterTypes: [ValueType]
    let columns: SQLColumns
    let columnTypes: [ValueType]

    /// - description: the server's answer to a request to describe it.
    init(name: String, portable: PortableStatement, description: Reply) {
        self.name = name
        self.portable = portable
        parameterTypes = description.parameterTypes.map(ValueType.init)
        let columnNumbers = 0..<description.columnCount
        columns = SQLColumns(columnNumbers.map(description.columnName))
        columnTypes = columnNumbers.map { ValueType(description.columnType($0)) }
    }

    /// - Throws: `.statement` unless there is one value, of the right kind, for each parameter.
    func parameters(_ values: [SQLValue]) throws(SQLFailure) -> [Request.Parameter] {
        try portable.check(values)
        var parameters: [Request.Parameter] = []
        for (value, type) in zip(values, parameterTypes) {
            parameters.append(try value.parameter(as: type, number: parameters.count + 1))
        }
        return parameters
    }
}

/// The statements that stay prepared on one connection. They are constants of the program; should one ever be built from
/// data, memory stays bounded, here and at the server.
struct PreparedStatements {
    private var known: [String: PreparedStatement] = [:]
    private var names = 0
    private let keptMax: Int

    init(keptMax: Int) { self.keptMax = keptMax }

    var count: Int { known.count }

    subscript(sql: String) -> PreparedStatement? { known[sql] }

    /// For a statement that is about to be prepared; empty when no more are kept.
    mutating func newName() -> String {
        guard known.count < keptMax else { return "" }
        names += 1
        return "s\(names)"
    }

    mutating func keep(_ statement: PreparedStatement, for sql: String) {
        if !statement.name.isEmpty { known[sql] = statement }
    }

    mutating func forgetAll() { known = [:] }
}
