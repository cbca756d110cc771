/// Aligned text for a terminal.
enum Table {
    /// A line of titles and a line for each row.
    static func text<Row: Tabular>(_ rows: [Row]) -> String {
        let columns = Row.columns.filter { !$0.isDetail }
        let cells =
            [columns.map { $0.title.uppercased() }]
            + rows.map { row in columns.map { CellText.printable($0.text(row)) } }
        let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { line in
            columns.indices.map { aligned(line[$0], columns[$0].side, width: widths[$0]) }
                .joined(separator: "  ").trimmedAtEnd
        }.joined(separator: "\n")
    }

    /// A line for each column of the one row.
    static func text<Row: Tabular>(_ row: Row) -> String {
        fields(Row.columns.map { ($0.title, $0.text(row)) })
    }

    static func fields(_ fields: [(title: String, text: String)]) -> String {
        let width = fields.map(\.title.count).max() ?? 0
        return fields.map { field in
            "\(aligned(field.title, .leading, width: width))  \(CellText.printable(field.text))".trimmedAtEnd
        }.joined(separator: "\n")
    }

    private static func aligned(_ text: String, _ side: ColumnSide, width: Int) -> String {
        let blank = String(repeating: " ", count: max(0, width - text.count))
        return switch side {
        case .leading: text + blank
        case .trailing: blank + text
        }
    }
}

extension String {
    fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
