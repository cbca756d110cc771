import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("Reading offline on PostgreSQL") struct ReadingTests {
    @Test("works beside a running gateway and sees what it commits")
    func beside() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let gateway = try await place.open()
            try await gateway.makeNotes()
            let verifier = try await PostgresDatabase.openReadOnly(url: place.url)
            try await verifier.expectNotes(0)
            try await gateway.addNote()
            try await verifier.expectNotes(1)
            await verifier.close()
            try await gateway.addNote()
            try await gateway.expectNotes(2)
            await gateway.close()
        }
    }

    @Test("cannot write, changes nothing, and says which migration is missing")
    func readOnly() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let empty = try await PostgresDatabase.openReadOnly(url: place.url)
            await #expect(throws: SQLFailure.self) { try await empty.makeNotes() }
            await empty.close()
            #expect(try await place.tables() == "")

            let gateway = try await place.open()
            try await gateway.makeNotes()
            await gateway.close()
            let verifier = try await PostgresDatabase.openReadOnly(url: place.url)
            try await verifier.makeNotes()
            await #expect(throws: SQLFailure.statement(reason: "the store was opened for reading only")) {
                try await verifier.addNote()
            }
            await #expect(throws: SQLFailure.self) {
                try await verifier.read { connection throws(SQLFailure) in
                    try connection.execute("INSERT INTO note (text) VALUES ('x')")
                }
            }
            await #expect(throws: SQLFailure.schemaTooNew(found: 1, known: 0)) { try await verifier.migrate([]) }
            await verifier.close()
            await #expect(throws: SQLFailure.closed) { try await verifier.noteCount() }
        }
    }
}

@Suite("A read on PostgreSQL") struct ReadTests {
    @Test("whose caller gives up ends soon, running or waiting, and its connection is replaced")
    func cancelled() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.readersMax = 1 }
            try await database.makeNotes()
            let running = Task { await failure { () throws(SQLFailure) in try await database.sleep() } }
            try await eventually { try await place.sleepers() == 1 }
            let waiting = Task { await database.countFailure() }
            try await eventually { database.figures.waitingReads == 1 }
            waiting.cancel()
            #expect(await waiting.value?.isUnavailable == true)
            running.cancel()
            #expect(await running.value?.isUnavailable == true)
            // The server stops, too.
            try await eventually { try await place.sleepers() == 0 }
            try await database.expectNotes(0)
            await database.close()
        }
    }

    @Test("that was given up before it began is not begun")
    func givenUpBefore() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open()
            let read = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await failure { () throws(SQLFailure) in try await database.sleep() }
            }
            #expect(await read.value?.isUnavailable == true)
            #expect(try await place.sleepers() == 0)
            await database.close()
        }
    }

    @Test("that takes long does not hold up the end, and is told that the store is closed")
    func closing() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open()
            let read = Task { await failure { () throws(SQLFailure) in try await database.sleep() } }
            try await eventually { try await place.sleepers() == 1 }
            await database.close()
            #expect(await read.value == .closed)
            try await eventually { try await place.sleepers() == 0 }
        }
    }

    @Test("leaves connections for writes, however many reports run")
    func leavesRoom() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            let reports = (1...10).map { _ in
                Task { await failure { () throws(SQLFailure) in try await database.sleep() } }
            }
            try await eventually { try await place.sleepers() == 5 }
            try await database.addNote()
            for report in reports { report.cancel() }
            for report in reports { _ = await report.value }
            await database.close()
        }
    }
}

extension SQLDatabase {
    fileprivate func sleep() async throws(SQLFailure) {
        _ = try await read { connection throws(SQLFailure) in
            try connection.query("SELECT CAST(pg_sleep(20) AS TEXT) AS nothing")
        }
    }
}

extension PostgresPlace {
    /// Sessions of this database in which `sleep` is under way.
    fileprivate func sleepers() async throws -> Int {
        let count = try await server.administrate(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND wait_event = 'PgSleep'")
        return Int(count ?? "") ?? -1
    }
}
