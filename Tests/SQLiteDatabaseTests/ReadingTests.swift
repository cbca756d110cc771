import Foundation
import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Testing

@Suite("Reading offline") struct ReadingTests {
    @Test("works beside a running gateway and sees what it commits")
    func beside() async throws {
        let folder = try StoreFolder()
        let gateway = try folder.open()
        try await gateway.makeNotes()
        let verifier = try SQLiteDatabase.openReadOnly(path: folder.store)
        #expect(try await verifier.noteCount() == 0)
        try await gateway.addNote()
        #expect(try await verifier.noteCount() == 1)
        await verifier.close()
        try await gateway.addNote()
        #expect(try await gateway.noteCount() == 2)
        await gateway.close()
    }

    @Test("works without a gateway, and also after a crash, without changing the database file")
    func alone() async throws {
        let folder = try StoreFolder()
        let gateway = try folder.open()
        try await gateway.makeNotes()
        try await gateway.addNote()
        let crashed = try StoreFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.store + suffix, toPath: crashed.store + suffix)
        }
        await gateway.close()
        for folder in [folder, crashed] {
            let before = try Data(contentsOf: URL(fileURLWithPath: folder.store))
            let verifier = try SQLiteDatabase.openReadOnly(path: folder.store)
            #expect(try await verifier.noteCount() == 1)
            await verifier.close()
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder.store)) == before)
            let again = try folder.open()
            #expect(try await again.noteCount() == 1)
            await again.close()
        }
    }

    @Test("cannot write, and says which migration is missing")
    func readOnly() async throws {
        let folder = try StoreFolder()
        let gateway = try folder.open()
        try await gateway.makeNotes()
        await gateway.close()
        let verifier = try SQLiteDatabase.openReadOnly(path: folder.store)
        await #expect(throws: SQLFailure.self) { try await verifier.addNote() }
        await #expect(throws: SQLFailure.self) {
            try await verifier.read { connection throws(SQLFailure) in
                try connection.execute("INSERT INTO note (text) VALUES ('x')")
            }
        }
        await #expect(throws: SQLFailure.schemaTooNew(found: 1, known: 0)) { try await verifier.migrate([]) }
        await verifier.close()
        await #expect(throws: SQLFailure.closed) { try await verifier.noteCount() }
    }

    @Test("of nothing, or of something else, says so and leaves nothing behind")
    func refusals() throws {
        let folder = try StoreFolder()
        #expect(throws: SQLiteOpenFailure.missing(folder.store)) { try SQLiteDatabase.openReadOnly(path: folder.store) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        try Data(repeating: 0x7F, count: 5_000).write(to: URL(fileURLWithPath: folder.store))
        #expect(throws: SQLiteOpenFailure.notADatabase(folder.store)) {
            try SQLiteDatabase.openReadOnly(path: folder.store)
        }
    }
}

@Suite("A read") struct ReadTests {
    @Test("ends soon after its caller gave up")
    func cancelled() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        let (started, startedBell) = AsyncStream.makeStream(of: Void.self)
        let endless = Task {
            try await database.read { connection throws(SQLFailure) in
                startedBell.yield()
                return try connection.query(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n")
            }
        }
        for await _ in started { break }
        endless.cancel()
        await #expect(throws: SQLFailure.unavailable(reason: "the caller gave up")) { try await endless.value }
        try await database.makeNotes()
        #expect(try await database.noteCount() == 0)
        await database.close()
    }

    @Test("does not hold up closing")
    func closing() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        let (started, startedBell) = AsyncStream.makeStream(of: Void.self)
        let endless = Task {
            try await database.read { connection throws(SQLFailure) in
                startedBell.yield()
                return try connection.query(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n")
            }
        }
        for await _ in started { break }
        await database.close()
        await #expect(throws: SQLFailure.closed) { try await endless.value }
    }
}
