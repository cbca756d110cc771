import GRDB
import SQLDatabase

/// The statements of one connection that were made ready before.
///
/// The writer keeps them for as long as it has its connection. A read keeps them no longer than itself, as GRDB closes its
/// readers when it likes; it keeps their statements, too.
final class ReadyStatements {
    struct Ready {
        let statement: Statement
        let portable: PortableStatement
    }

    /// The statement's text. Its length alone tells nearly all of them apart; hashing the whole of it took longer than many a
    /// statement does.
    private struct Key: Hashable {
        let sql: String

        func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
    }

    private let texts: StatementTexts
    private var kept: [Key: Ready] = [:]

    init(_ texts: StatementTexts) { self.texts = texts }

    func ready(_ sql: String, on database: Database) throws -> Ready {
        if let ready = kept[Key(sql: sql)] { return ready }
        let (text, isKept) = try texts.text(sql)
        let statement = isKept ? try database.cachedStatement(sql: text.sql) : try database.makeStatement(sql: text.sql)
        let ready = Ready(statement: statement, portable: text.portable)
        if isKept { kept[Key(sql: sql)] = ready }
        return ready
    }

    /// To be called before the connection is closed, which SQLite refuses while a statement of it is there.
    func forget() { kept = [:] }
}
