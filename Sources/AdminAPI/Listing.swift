/// A row that is listed under a plural noun of its own.
package protocol Listed: Codable, Sendable, Equatable {
    /// The noun in JSON: `teams`.
    static var listName: String { get }
}

/// One page of a list: `{"teams": […], "count": 2, "next_cursor": null}`.
package struct Listing<Row: Listed>: Codable, Sendable, Equatable {
    package var rows: [Row]
    /// Rows in this page.
    package var count: Int
    /// Asks for the next page; null on the last.
    package var nextCursor: String?

    package init(_ rows: [Row], nextCursor: String? = nil) {
        self.rows = rows
        self.count = rows.count
        self.nextCursor = nextCursor
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: ListingKey.self)
        rows = try container.decode([Row].self, forKey: .rows(of: Row.self))
        count = try container.decode(Int.self, forKey: .count)
        nextCursor = try container.decodeIfPresent(String.self, forKey: .nextCursor)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: ListingKey.self)
        try container.encode(rows, forKey: .rows(of: Row.self))
        try container.encode(count, forKey: .count)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}

private struct ListingKey: CodingKey {
    static let count = ListingKey("count")
    static let nextCursor = ListingKey("next_cursor")
    static func rows<Row: Listed>(of type: Row.Type) -> ListingKey { ListingKey(Row.listName) }

    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}
