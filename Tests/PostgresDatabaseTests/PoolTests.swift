import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("The connections of a store") struct PoolTests {
    @Test("are shared by all callers; who waits too long for one is told so")
    func exhausted() async throws {
        try await withStore { settings in
            settings.queueTimeout = .milliseconds(500)
            settings.groupWritesMax = 1
        } body: { _, database in
            let gates = (1...3).map { _ in Gate() }
            let held = gates.map { gate in Task { await database.hold(gate) } }
            for gate in gates { await gate.waitUntilHeld() }
            let late = await database.noteFailure()
            #expect(late == .unavailable(reason: "all connections were busy for too long"))
            for gate in gates { gate.release() }
            for write in held { #expect(await write.value == nil) }
            try await database.expectNotes(0)
        }
    }

    @Test("are given back by a write that takes too long altogether, as good as before")
    func tooLong() async throws {
        try await withStore { settings in
            settings.writeTimeout = .milliseconds(500)
            settings.connectionsMax = 1
        } body: { _, database in
            let slow = await failure { () throws(SQLFailure) in
                try await database.write { connection throws(SQLFailure) -> TransactionEnd<Void> in
                    try connection.execute("INSERT INTO note (text) VALUES ('slow')")
                    while true { _ = try connection.storeClock() }
                }
            }
            #expect(slow == .unavailable(reason: "the write took too long"))
            try await database.expectNotes(0)
            #expect(database.figures.connections == 1)
        }
    }

    @Test("have a bounded queue before them: beyond it, writes are refused at once")
    func bounded() async throws {
        try await withStore { settings in
            settings.waitingMax = 5
            settings.writersMax = 1
        } body: { _, database in
            let gate = Gate()
            let held = Task { await database.hold(gate) }
            await gate.waitUntilHeld()
            let answers = await withTaskGroup(of: SQLFailure?.self) { tasks in
                for _ in 1...12 { tasks.addTask { await database.noteFailure() } }
                var answers: [SQLFailure?] = []
                for await answer in tasks {
                    answers.append(answer)
                    if answers.count == 7 { gate.release() }
                }
                return answers
            }
            #expect(await held.value == nil)
            #expect(answers.prefix(7).allSatisfy { $0 == .unavailable(reason: "5 writes are waiting already") })
            try await database.expectNotes(5)
        }
    }

    @Test("take settlements before other writes")
    func settlementsFirst() async throws {
        try await withStore { settings in
            settings.writersMax = 1
            settings.groupWritesMax = 1
        } body: { place, database in
            let gate = Gate()
            let held = Task { await database.hold(gate) }
            await gate.waitUntilHeld()
            var writes: [Task<SQLFailure?, Never>] = []
            for (number, urgency) in [WriteUrgency.ordinary, .ordinary, .settlement, .settlement].enumerated() {
                writes.append(Task { await database.noteFailure("\(urgency)", urgency: urgency) })
                await database.waitUntilQueued(number + 1)
            }
            gate.release()
            for write in writes { #expect(await write.value == nil) }
            #expect(await held.value == nil)
            let order = try await place.run("SELECT string_agg(text, ' ' ORDER BY number) FROM note")
            #expect(order == "settlement settlement ordinary ordinary")
        }
    }

    @Test("share a transaction when more writes wait than can be run side by side")
    func groups() async throws {
        try await withStore { _ in
        } body: { _, database in
            let before = database.figures
            try await withThrowingTaskGroup { tasks in
                for _ in 1...64 {
                    tasks.addTask { for _ in 1...20 { try await database.addNote() } }
                }
                try await tasks.waitForAll()
            }
            let (writes, commits) = (database.figures.writes - before.writes, database.figures.commits - before.commits)
            print("\(writes) writes in \(commits) commits")
            #expect(writes == 1_280)
            #expect(commits < 640)
            try await database.expectNotes(1_280)
        }
    }

    @Test("are closed after what was queued is done, and leave no mark behind")
    func drains() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.connectionsMax = 1 }
            try await database.makeNotes()
            let gate = Gate()
            let held = Task { await database.hold(gate) }
            await gate.waitUntilHeld()
            let writes = (1...30).map { _ in Task { await database.noteFailure() } }
            await database.waitUntilQueued(30)
            let closing = Task { await database.close() }
            // Waits behind the held write until the store is being closed. One that ran would be interrupted by that, and
            // its session would leave its mark, to be removed a day later.
            #expect(await database.countFailure() == .closed)
            gate.release()
            for write in writes { #expect(await write.value == nil) }
            #expect(await held.value == nil)
            await closing.value
            #expect(try await place.run("SELECT count(*) FROM note") == "30")
            #expect(try await place.run("SELECT count(*) FROM commit_mark") == "0")
        }
    }

    @Test("remove marks that dead processes have left, when they are a day old and their sessions gone")
    func oldMarks() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let first = try await place.open { $0.connectionsMax = 1 }
            let living = try #require(try await place.run("SELECT session FROM commit_mark"))
            try await place.run(
                """
                UPDATE commit_mark SET since = since - interval '2 days';
                INSERT INTO commit_mark VALUES ('dead', 3, 9, clock_timestamp() - interval '2 days'),
                    ('young', 3, 9, clock_timestamp() - interval '2 hours')
                """)
            let second = try await place.open { $0.connectionsMax = 1 }
            let left = """
                SELECT string_agg(session, ' ' ORDER BY session) FROM commit_mark
                WHERE since < clock_timestamp() - interval '1 hour'
                """
            try await eventually { try await place.run(left) == "\(living) young" }
            await second.close()
            await first.close()
        }
    }

    @Test("keep no more statements prepared than they should, and forget the others")
    func statements() async throws {
        try await withStore { settings in
            settings.connectionsMax = 1
            settings.statementsKeptMax = 20
        } body: { _, database in
            for number in 1...50 {
                _ = try await database.read { connection throws(SQLFailure) in
                    try connection.query("SELECT CAST($1 AS BIGINT) + \(number) AS sum", [1])
                }
            }
            let kept = try await database.read { connection throws(SQLFailure) in
                try connection.row("SELECT count(*) AS kept FROM pg_prepared_statements")?.integer("kept")
            }
            #expect(kept == 21, "with the driver's own")
        }
    }

    private func withStore(
        _ adjust: (inout PostgresSettings) -> Void,
        body: (PostgresPlace, PostgresDatabase) async throws -> Void
    ) async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open(adjust)
            try await database.makeNotes()
            try await body(place, database)
            await database.close()
        }
    }
}
