/// The side of a column that its texts begin or end at; numbers end at the trailing one.
enum ColumnSide: Sendable {
    case leading, trailing
}

/// One column of a table for people.
struct Column<Row>: Sendable {
    var title: String
    var side: ColumnSide
    /// Too long for a list: only where a single row is shown.
    var isDetail: Bool
    var text: @Sendable (Row) -> String

    init(
        _ title: String, _ side: ColumnSide = .leading, isDetail: Bool = false,
        _ text: @escaping @Sendable (Row) -> String
    ) {
        self.title = title
        self.side = side
        self.isDetail = isDetail
        self.text = text
    }

    init(_ title: String, isDetail: Bool = false, _ field: any KeyPath<Row, String> & Sendable) {
        self.init(title, isDetail: isDetail) { $0[keyPath: field] }
    }
}

/// A row that people see as a table.
protocol Tabular {
    static var columns: [Column<Self>] { get }
}
