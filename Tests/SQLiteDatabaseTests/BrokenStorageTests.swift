import Foundation
import GRDB
import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Synchronization
import Testing

@Suite("Broken storage") struct BrokenStorageTests {
    @Test("met by a write ends all service and asks once for the end of the process")
    func write() async throws {
        let folder = try await damagedStore()
        let reasons = Mutex<[String]>([])
        let database = try folder.open { $0.onBroken = { reason in reasons.withLock { $0.append(reason) } } }
        let failure = await failure { () throws(SQLFailure) in
            try await database.write { connection throws(SQLFailure) in
                try connection.execute("UPDATE note SET text = 'y' WHERE number > 0")
                return .commit(())
            }
        }
        guard case .broken(let reason) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        try await expectBroken(database, reason)
        #expect(reasons.withLock { $0 } == ["\(folder.store): \(reason)"])
        await database.close()
    }

    @Test("met by a read does the same")
    func read() async throws {
        let folder = try await damagedStore()
        let reasons = Mutex<[String]>([])
        let database = try folder.open { $0.onBroken = { reason in reasons.withLock { $0.append(reason) } } }
        let failure = await failure { () throws(SQLFailure) in
            _ = try await database.read { connection throws(SQLFailure) in
                try connection.query("SELECT sum(length(text)) AS bytes FROM note")
            }
        }
        guard case .broken(let reason) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        try await expectBroken(database, reason)
        #expect(reasons.withLock { $0.count } == 1)
        await database.close()
    }

    @Test("cannot be hidden by a body that catches the failure and goes on")
    func caught() async throws {
        let folder = try await damagedStore()
        let database = try folder.open { $0.onBroken = { _ in } }
        let failure = await failure { () throws(SQLFailure) in
            try await database.write { connection throws(SQLFailure) in
                do throws(SQLFailure) {
                    try connection.execute("UPDATE note SET text = 'y' WHERE number > 0")
                } catch {}
                return .commit(())
            }
        }
        guard case .broken = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        await database.close()
    }

    @Test("is what a database file put in another's place under a running gateway means")
    func replaced() async throws {
        let folder = try StoreFolder()
        let reasons = Mutex<[String]>([])
        let database = try folder.open { $0.onBroken = { reason in reasons.withLock { $0.append(reason) } } }
        try await database.makeNotes()
        try await database.addNote()
        try FileManager.default.moveItem(atPath: folder.store, toPath: folder.store + ".old")
        try FileManager.default.copyItem(atPath: folder.store + ".old", toPath: folder.store)
        let failure = await failure { () throws(SQLFailure) in try await database.addNote() }
        guard case .broken(let reason) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
        try await expectBroken(database, reason)
        #expect(reasons.withLock { $0 } == ["\(folder.store): \(reason)"])
        await database.close()
    }

    /// A store whose table has its inner pages overwritten, as a failing disk would.
    private func damagedStore() async throws -> StoreFolder {
        let folder = try StoreFolder()
        let database = try folder.open()
        try await database.makeNotes()
        for _ in 1...50 { try await database.addNote(String(repeating: "x", count: 2_000)) }
        await database.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.store))
        // The first four pages are the schema and the roots of the tables.
        try file.seek(toOffset: 5 * 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 10 * 4_096))
        try file.close()
        return folder
    }

    private func expectBroken(_ database: SQLiteDatabase, _ reason: String) async throws {
        #expect(await failure { () throws(SQLFailure) in try await database.addNote() } == .broken(reason: reason))
        #expect(
            await failure { () throws(SQLFailure) in _ = try await database.noteCount() } == .broken(reason: reason))
    }

    private func failure(_ body: () async throws(SQLFailure) -> Void) async -> SQLFailure? {
        do throws(SQLFailure) {
            try await body()
            return nil
        } catch {
            return error
        }
    }
}

@Suite("A tampered store") struct TamperedStoreTests {
    @Test("does not have a fraction rounded to an amount")
    func fraction() async throws {
        let failure = SQLFailure.statement(reason: "column 0 is a fraction; amounts are whole micro-dollars")
        await #expect(throws: failure) { try await value(of: "0.5") }
    }

    @Test("does not have its text repaired")
    func badText() async throws {
        await #expect(throws: SQLFailure.unexpectedRow("column 0 holds text that is not UTF-8")) {
            try await value(of: "CAST(X'61FF' AS TEXT)")
        }
    }

    @Test("shows text hidden behind U+0000")
    func hiddenText() async throws {
        #expect(try await value(of: "CAST(X'610062' AS TEXT)") == "a\u{0}b")
    }

    /// What is read of one value that another program has put into a table without rules.
    private func value(of expression: String) async throws -> SQLValue? {
        let folder = try StoreFolder()
        let queue = try DatabaseQueue(path: folder.store)
        try await queue.write {
            try $0.execute(sql: "CREATE TABLE loose (value); INSERT INTO loose VALUES (\(expression))")
        }
        try queue.close()
        let database = try folder.open()
        let row: Result<SQLRow?, SQLFailure>
        do throws(SQLFailure) {
            row = .success(
                try await database.read { connection throws(SQLFailure) in try connection.row("SELECT value FROM loose")
                })
        } catch {
            row = .failure(error)
        }
        await database.close()
        return try row.get()?.value("value")
    }
}
