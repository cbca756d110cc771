import Foundation
import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Synchronization
import Testing

@Suite("Group commit") struct GroupCommitTests {
    @Test("lets 64 writers share their fsyncs")
    func shares() async throws {
        let folder = try StoreFolder()
        let observed = Mutex((commits: 0, writes: 0))
        let database = try folder.open { settings in
            settings.onCommit = { time, writes in
                #expect(time > .zero)
                observed.withLock { $0 = ($0.commits + 1, $0.writes + writes) }
            }
        }
        try await database.makeNotes()
        let before = database.figures
        try await withThrowingTaskGroup { tasks in
            for _ in 1...64 {
                tasks.addTask { for _ in 1...50 { try await database.addNote() } }
            }
            try await tasks.waitForAll()
        }
        let figures = database.figures
        let (commits, writes) = (figures.commits - before.commits, figures.writes - before.writes)
        print("group commit: \(writes) writes in \(commits) commits, \(writes / max(commits, 1)) each")
        #expect(writes == 3_200)
        #expect(commits < 800)
        #expect(try await database.noteCount() == 3_200)
        #expect(observed.withLock { $0.commits } == figures.commits)
        #expect(observed.withLock { $0.writes } == figures.writes)
        await database.close()
    }

    @Test("commits nothing when no write of the group wants to keep anything")
    func nothingToKeep() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        try await database.makeNotes()
        let before = database.figures
        try await database.write { connection throws(SQLFailure) in
            try connection.execute("INSERT INTO note (text) VALUES ('x')")
            return .rollback(())
        }
        #expect(database.figures == before)
        #expect(try await database.noteCount() == 0)
        await database.close()
    }

    @Test("wakes nobody for a commit that announces nothing, nor for what was not kept")
    func silent() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        try await database.makeNotes()
        let wakeUps = database.wakeUps()
        try await database.addNote()
        try await database.write { connection throws(SQLFailure) in
            try connection.execute("INSERT INTO note (text) VALUES ('x')")
            try connection.wakeOthers()
            return .rollback(())
        }
        await database.close()
        #expect(await wakeUps.reduce(0) { count, _ in count + 1 } == 0)
    }

    @Test("answers nobody before the group's COMMIT")
    func answersAfterCommit() async throws {
        let folder = try StoreFolder()
        let commits = Mutex(0)
        let database = try folder.open { $0.onCommit = { _, _ in commits.withLock { $0 += 1 } } }
        try await database.makeNotes()
        let before = commits.withLock { $0 }
        for number in 1...20 {
            try await database.addNote()
            #expect(commits.withLock { $0 } == before + number)
        }
        await database.close()
    }

    @Test("keeps nothing of a group that SQLite rolled back under a body that went on regardless")
    func rolledBackUnderneath() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        try await database.makeNotes()
        let gate = WriterGate()
        async let held: Void = gate.hold(database)
        await gate.waitUntilHeld()
        async let before = failureOf(database)
        async let culprit = failure(of: database) { connection throws(SQLFailure) in
            try connection.execute("INSERT INTO note (number, text) VALUES (9, 'first')")
            // Stands for a fault after which SQLite gives up the whole transaction.
            _ = try? connection.execute("INSERT OR ROLLBACK INTO note (number, text) VALUES (9, 'second')")
            _ = try? connection.execute("INSERT INTO note (text) VALUES ('third')")
            _ = try? connection.savepoint { inner throws(SQLFailure) in
                .commit(try inner.execute("INSERT INTO note (text) VALUES ('fourth')"))
            }
        }
        async let after = failureOf(database)
        gate.release()
        try await held
        // Which of the three shared the group is up to the scheduler; what was refused must be gone.
        let kept = [await before, await after].count { $0 == nil }
        #expect(await culprit != nil)
        #expect(try await database.noteCount() == Int64(kept))
        await database.close()
    }

    @Test("runs a group again of which not all is to be kept, and for a while no other")
    func mixed() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        try await database.makeNotes()
        let first = try await runsOfMixedGroup(in: database)
        #expect((8...16).contains(first))
        #expect(try await database.noteCount() == 7)
        let second = try await runsOfMixedGroup(in: database)
        #expect(second == 8 || first == 8)
        #expect(try await database.noteCount() == 14)
        await database.close()
    }

    /// - Returns: how often the bodies of eight writes ran, the fifth of which is rolled back.
    private func runsOfMixedGroup(in database: SQLiteDatabase) async throws -> Int {
        let runs = Runs()
        let gate = WriterGate()
        async let held: Void = gate.hold(database)
        await gate.waitUntilHeld()
        let kept = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for number in 1...8 {
                tasks.addTask {
                    try await database.write { connection throws(SQLFailure) in
                        runs.count.withLock { $0 += 1 }
                        try connection.execute("INSERT INTO note (text) VALUES ('x')")
                        return number == 5 ? .rollback(false) : .commit(true)
                    }
                }
            }
            // Until they wait together. There is no event for that; were this too short, less would be tested.
            try await Task.sleep(for: .milliseconds(200))
            gate.release()
            return try await tasks.reduce(into: 0) { count, isKept in count += isKept ? 1 : 0 }
        }
        try await held
        #expect(kept == 7)
        return runs.count.withLock { $0 }
    }

    private final class Runs: Sendable {
        let count = Mutex(0)
    }

    @Test("refuses writes beyond the bound of the queue, and does the others")
    func bounded() async throws {
        let folder = try StoreFolder()
        let database = try folder.open { $0.waitingWritesMax = 5 }
        try await database.makeNotes()
        let gate = WriterGate()
        async let held: Void = gate.hold(database)
        await gate.waitUntilHeld()
        let answers = await withTaskGroup(of: SQLFailure?.self) { tasks in
            for _ in 1...12 { tasks.addTask { await failureOf(database) } }
            var answers: [SQLFailure?] = []
            // The refused ones come at once, the others once the writer goes on.
            for await answer in tasks {
                answers.append(answer)
                if answers.count == 7 { gate.release() }
            }
            return answers
        }
        try await held
        #expect(answers.count { $0 == nil } == 5)
        #expect(answers.prefix(7).allSatisfy { $0 == .unavailable(reason: "5 writes are waiting already") })
        #expect(try await database.noteCount() == 5)
        await database.close()
    }

    @Test("closing finishes what is queued and puts everything into one file")
    func drains() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        try await database.makeNotes()
        let gate = WriterGate()
        async let held: Void = gate.hold(database)
        await gate.waitUntilHeld()
        let writes = (1...30).map { _ in Task { await failureOf(database) } }
        let closing = Task { await database.close() }
        gate.release()
        try await held
        var kept: Int64 = 0
        for write in writes { kept += await write.value == nil ? 1 : 0 }
        await closing.value
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["gateway.db", "gateway.db.ballast", "gateway.db.lock"])
        let again = try folder.open()
        #expect(try await again.noteCount() == kept)
        await again.close()
    }

    private func failureOf(_ database: SQLiteDatabase) async -> SQLFailure? {
        await failure(of: database) { connection throws(SQLFailure) in
            try connection.execute("INSERT INTO note (text) VALUES ('x')")
        }
    }

    private func failure(
        of database: SQLiteDatabase, _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Void
    ) async -> SQLFailure? {
        do throws(SQLFailure) {
            try await database.write { connection throws(SQLFailure) in .commit(try body(connection)) }
            return nil
        } catch {
            return error
        }
    }
}

/// Keeps the writer's thread busy inside a body until it is released.
final class WriterGate: Sendable {
    private let stream = AsyncStream.makeStream(of: Void.self)
    private let semaphore = DispatchSemaphore(value: 0)

    func hold(_ database: SQLiteDatabase) async throws {
        try await database.write { [self] _ throws(SQLFailure) in
            stream.continuation.yield()
            semaphore.wait()
            return .rollback(())
        }
    }

    func waitUntilHeld() async {
        for await _ in stream.stream { return }
    }

    func release() { semaphore.signal() }
}
