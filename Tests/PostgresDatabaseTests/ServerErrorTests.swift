import SQLDatabase
import Testing

@testable import PostgresDatabase

@Suite("A code of the server's") struct ServerErrorTests {
    static let meanings: [(String, SQLFailure)] = [
        ("23505", .constraint(constraint: "note_text")), ("23502", .constraint(constraint: "note_text")),
        ("53100", .storageFull), ("XX001", .broken(reason: "m (PostgreSQL XX001)")),
        ("XX002", .broken(reason: "m (PostgreSQL XX002)")), ("08006", .unavailable(reason: "m (PostgreSQL 08006)")),
        ("25006", .unavailable(reason: "m (PostgreSQL 25006)")),
        ("40P01", .unavailable(reason: "m (PostgreSQL 40P01)")),
        ("53300", .unavailable(reason: "m (PostgreSQL 53300)")),
        ("55P03", .unavailable(reason: "m (PostgreSQL 55P03)")),
        ("57014", .unavailable(reason: "m (PostgreSQL 57014)")),
        ("57P01", .unavailable(reason: "m (PostgreSQL 57P01)")),
        ("58030", .unavailable(reason: "m (PostgreSQL 58030)")),
        ("22003", .statement(reason: "m (PostgreSQL 22003) in: SELECT")),
        ("42P01", .statement(reason: "m (PostgreSQL 42P01) in: SELECT")),
        ("XX000", .statement(reason: "m (PostgreSQL XX000) in: SELECT")),
    ]

    @Test("means to a caller what it can act on", arguments: meanings)
    func means(code: String, failure: SQLFailure) {
        let error = ServerError(sqlState: code, message: "m", constraint: "note_text")
        #expect(SQLFailure(error, in: "SELECT") == failure)
    }

    @Test("asks for repetition, or ends the session, or neither")
    func consequences() {
        for code in ["40001", "40P01"] { #expect(ServerError(sqlState: code).asksForRepetition) }
        for code in ["57P01", "57P02", "57P03", "08006", "25P03", "53300"] {
            #expect(ServerError(sqlState: code).endsSession)
        }
        for code in ["23505", "57014", "55P03", "53100", "40001"] { #expect(!ServerError(sqlState: code).endsSession) }
        #expect(ServerError(sqlState: "42601", severity: "FATAL").endsSession)
    }
}
