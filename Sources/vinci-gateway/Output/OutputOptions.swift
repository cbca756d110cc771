import AdminAPI
import ArgumentParser
import VinciAPI

/// How a reply is printed.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the API's JSON as it is.")
    var json = false

    func list<Row: Tabular & Listed>(_ reply: AdminReply, of type: Row.Type) throws {
        guard !json else { return Terminal.say(bytes: reply.body) }
        let page = try reply.decoded(Listing<Row>.self)
        if page.rows.isEmpty {
            Terminal.complain("None.")
        } else {
            Terminal.say(Table.text(page.rows))
        }
        if let cursor = page.nextCursor {
            Terminal.complain("There are more: go on with --\(Row.cursorOption) \(CellText.printable(cursor))")
        }
    }

    func show<Row: Tabular & Decodable>(_ reply: AdminReply, as type: Row.Type) throws {
        guard !json else { return Terminal.say(bytes: reply.body) }
        Terminal.say(Table.text(try reply.decoded(type)))
    }

    /// For what this program found out itself.
    func show<Row: Tabular & Encodable>(_ row: Row) throws {
        guard !json else { return Terminal.say(try VinciJSON.text(row)) }
        Terminal.say(Table.text(row))
    }

    /// For calls whose reply says nothing that a person needs.
    func done(_ reply: AdminReply, _ sentence: String) {
        if json, !reply.body.isEmpty {
            Terminal.say(bytes: reply.body)
        } else {
            Terminal.complain(sentence)
        }
    }
}

extension Listed {
    /// The option that takes the cursor of a list.
    fileprivate static var cursorOption: String { Self.self == AuditRow.self ? "after" : "cursor" }
}
