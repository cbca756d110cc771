import GatewayTesting
import SQLDatabase
import Testing

@testable import PostgresDatabase

@Suite("A COMMIT whose answer is lost") struct DoubtTests {
    @Test("is done when the server has done it: the caller gets its value, once")
    func done() async throws {
        try await withProxy { _, proxy, database in
            proxy.play(.loseAnswer)
            let value = try await database.write { connection throws(SQLFailure) in
                .commit(try connection.execute("INSERT INTO note (text) VALUES ('once')"))
            }
            #expect(value == 1)
            try await database.expectNotes(1)
            #expect(database.figures.doubtsResolved == 1)
            #expect(database.figures.writes == 2, "the note, and the migration")
        }
    }

    @Test("is not done when it never arrived: the caller is told that nothing was committed")
    func notDone() async throws {
        try await withProxy { _, proxy, database in
            proxy.play(.loseRequest)
            let failure = await database.noteFailure()
            #expect(failure?.isUnavailable == true)
            try await database.expectNotes(0)
            #expect(database.figures.doubtsResolved == 1)
        }
    }

    @Test("that the server still waits for is shut out, and its locks are freed")
    func shutOut() async throws {
        try await withProxy { _, proxy, database in
            try await database.addNote("first")
            proxy.play(.keepRequest)
            let failure = await failure { () throws(SQLFailure) in try await database.change("first", to: "second") }
            #expect(failure?.isUnavailable == true)
            try await database.change("first", to: "third")
            #expect(try await database.noteCount(of: "third") == 1)
            #expect(database.figures.doubtsResolved == 1)
        }
    }

    @Test("is looked up again while connections fail, and found out once there is one")
    func later() async throws {
        try await withProxy { _, proxy, database in
            proxy.play(.loseAnswer)
            proxy.refuse(true)
            let write = Task { await database.noteFailure() }
            try await eventually { database.figures.connections > 0 && proxy.refusals > 1 }
            proxy.refuse(false)
            #expect(await write.value == nil)
            try await database.expectNotes(1)
        }
    }

    @Test("stays in doubt when the server cannot be asked in time, and the caller is told so")
    func unknown() async throws {
        try await withProxy {
            $0.doubtTimeout = .milliseconds(300)
        } body: { _, proxy, database in
            proxy.play(.loseAnswer)
            proxy.refuse(true)
            let failure = await database.noteFailure()
            #expect(failure == .inDoubt)
            #expect(database.figures.doubtsLeft == 1)
            proxy.refuse(false)
            try await database.expectNotes(1)
        }
    }

    @Test("stays in doubt when the session's mark was taken away")
    func markGone() async throws {
        try await withProxy { place, proxy, database in
            try await database.addNote()
            let other = try await place.open()
            try await other.write { connection throws(SQLFailure) in
                try connection.execute("DELETE FROM commit_mark WHERE number > 0")
                return .commit(())
            }
            await other.close()
            proxy.play(.loseAnswer)
            let failure = await database.noteFailure()
            #expect(failure == .inDoubt)
        }
    }

    @Test("is one answer for all writes that shared the transaction", arguments: [true, false])
    func shared(arrives: Bool) async throws {
        try await withProxy { _, proxy, database in
            let gate = Gate()
            async let held: Void = database.write { _ throws(SQLFailure) in
                gate.hold()
                return .rollback(())
            }
            await gate.waitUntilHeld()
            let answers = await withTaskGroup(of: SQLFailure?.self) { tasks in
                for number in 1...5 {
                    tasks.addTask { await database.noteFailure("\(number)") }
                }
                await database.waitUntilQueued(5)
                proxy.play(arrives ? .loseAnswer : .loseRequest)
                gate.release()
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            try await held
            #expect(answers.count { $0 == nil } == (arrives ? 5 : 0))
            try await database.expectNotes(arrives ? 5 : 0)
            #expect(database.figures.doubtsResolved == 1)
        }
    }

    @Test("cannot be done any more after the session was shut, even if it had only been slow")
    func late() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            await database.close()
            let end = try await onThread { try lateCommit(place.url) }
            #expect(end == "23514 session_is_open")
            let again = try await place.open()
            try await again.expectNotes(0)
            await again.close()
        }
    }

    /// A store behind a proxy, with a table of notes, on one connection.
    private func withProxy(
        _ adjust: (inout PostgresSettings) -> Void = { _ in },
        body: (PostgresPlace, CommitProxy, PostgresDatabase) async throws -> Void
    ) async throws {
        try await PostgresServer.shared().withDatabase { place in
            let proxy = try CommitProxy(to: place.server.port)
            let database = try await place.open(url: place.tcpURL(port: proxy.port) + "?sslmode=disable") { settings in
                settings.connectionsMax = 1
                adjust(&settings)
            }
            try await database.makeNotes()
            try await body(place, proxy, database)
            await database.close()
            proxy.stop()
        }
    }
}

/// Inserts a note on one session, has that shut by an inquiry on another one, and only then commits.
/// - Returns: the server's error.
private func lateCommit(_ url: String) throws -> String? {
    let target = try ConnectionTarget(url: url, defaults: ConnectionTarget.writing)
    let settings = PostgresSettings(onBroken: { _ in })
    guard let alarm = Alarm() else { return nil }
    let slow = try Session.open(target, for: .writing, settings: settings, alarm: alarm)
    let claim = slow.nextClaim()
    // The note's transaction has not touched the mark, so the inquiry does not wait for it.
    try slow.run("SELECT set_config('application_name', 'out of reach', false)", in: .seconds(5))
    _ = try slow.link.exchange(
        [.run("BEGIN"), .run("INSERT INTO note (text) VALUES ('late')")], until: Deadline(in: .seconds(5)))
    let other = try Session.open(target, for: .writing, settings: settings, alarm: alarm)
    let end = DoubtInquiry(session: other, claim: claim, settings: settings).run(until: Deadline(in: .seconds(5)))
    guard end == .notCommitted else { return "\(end)" }
    let replies = try slow.link.exchange([CommitMark.raise(claim), .run("COMMIT")], until: Deadline(in: .seconds(5)))
    return replies.firstError.map { "\($0.sqlState) \($0.constraint ?? "")" }
}

extension PostgresDatabase {
    fileprivate func change(_ text: String, to new: String) async throws(SQLFailure) {
        try await write { connection throws(SQLFailure) in
            try connection.execute("UPDATE note SET text = $2 WHERE text = $1", [.text(text), .text(new)])
            return .commit(())
        }
    }

    fileprivate func noteCount(of text: String) async throws(SQLFailure) -> Int64? {
        try await read { connection throws(SQLFailure) in
            try connection.row("SELECT count(*) AS count FROM note WHERE text = $1", [.text(text)])?.integer("count")
        }
    }
}
