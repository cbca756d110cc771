import Dispatch
import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Synchronization
import Testing

@Suite("A transaction that the server asks for again") struct RepetitionTests {
    @Test("because of a deadlock is done in the end, and its callers notice nothing")
    func deadlock() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.groupWritesMax = 1 }
            try await database.makeNotes()
            for text in ["a", "b"] { try await database.addNote(text) }
            let meeting = Meeting()
            async let one: Void = database.change("a", "b", after: meeting)
            async let other: Void = database.change("b", "a", after: meeting)
            _ = try await (one, other)
            #expect(database.figures.repetitions >= 1)
            #expect(try await place.run("SELECT string_agg(text, ' ' ORDER BY text) FROM note") == "a!! b!!")
            await database.close()
        }
    }

    @Test("because a table was changed under a prepared statement is prepared anew")
    func changedTable() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.connectionsMax = 1 }
            try await database.makeNotes()
            let all: @Sendable (any SQLConnection) throws(SQLFailure) -> [SQLRow] = { connection throws(SQLFailure) in
                try connection.query("SELECT * FROM note")
            }
            _ = try await database.read(all)
            try await place.run("ALTER TABLE note ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'")
            try await database.addNote()
            #expect(try await database.read(all).first?.text("colour") == "red")
            try await place.run("ALTER TABLE note ADD COLUMN shape TEXT NOT NULL DEFAULT 'round'")
            let shape = try await database.write { connection throws(SQLFailure) in
                .commit(try all(connection).first?.text("shape"))
            }
            #expect(shape == "round")
            await database.close()
        }
    }

    @Test("is given up when it finds no end")
    func endless() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.writeTimeout = .milliseconds(200) }
            try await database.makeNotes()
            try await place.run(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION refuse()
                """)
            let failure = await database.noteFailure()
            #expect(failure == .unavailable(reason: "again (PostgreSQL 40001)"))
            #expect(database.figures.repetitions > 1)
            await database.close()
        }
    }

    @Test("when it waits too long for a row gives up, and the connection goes on")
    func lockTimeout() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.lockTimeout = .milliseconds(50) }
            try await database.makeNotes()
            try await database.addNote("a")
            let gate = Gate()
            let holder = Task {
                await failure { () throws(SQLFailure) in
                    try await database.write { connection throws(SQLFailure) in
                        try connection.execute("UPDATE note SET text = 'b' WHERE text = 'a'")
                        gate.hold()
                        return .commit(())
                    }
                }
            }
            await gate.waitUntilHeld()
            for _ in 1...3 {
                let failure = await failure { () throws(SQLFailure) in
                    try await database.write { connection throws(SQLFailure) in
                        try connection.execute("UPDATE note SET text = 'c' WHERE text = 'a'")
                        return .commit(())
                    }
                }
                #expect(failure?.isUnavailable == true)
            }
            #expect(database.figures.lostConnections == 0)
            gate.release()
            #expect(await holder.value == nil)
            await database.close()
        }
    }
}

/// Lets two bodies go on together, the first time each comes by.
private final class Meeting: Sendable {
    private let waiting = Mutex(0)
    private let semaphore = DispatchSemaphore(value: 0)

    func attend() {
        let place = waiting.withLock { waiting in
            waiting += 1
            return waiting
        }
        if place == 1 { semaphore.wait() }
        if place == 2 { semaphore.signal() }
    }
}

extension PostgresDatabase {
    /// Marks two notes, one after the other.
    fileprivate func change(_ first: String, _ second: String, after meeting: Meeting) async throws(SQLFailure) {
        try await write { connection throws(SQLFailure) in
            let mark = "UPDATE note SET text = text || '!' WHERE text LIKE $1 || '%'"
            try connection.execute(mark, [.text(first)])
            meeting.attend()
            try connection.execute(mark, [.text(second)])
            return .commit(())
        }
    }
}
