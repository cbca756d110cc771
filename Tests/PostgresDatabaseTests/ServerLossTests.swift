import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Synchronization
import Testing

@Suite("A server that dies") struct ServerCrashTests {
    @Test("with writes under way, and starts again, has kept all that was acknowledged and nothing that was refused")
    func crash() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            let diary = Diary()
            for round in 1...3 {
                let wanted = round * 100
                let writers = (1...16).map { writer in
                    Task { await diary.keep(writing: "\(round).\(writer)", in: database, until: wanted) }
                }
                try await eventually { diary.acknowledged.count >= wanted - 50 }
                try await server.kill()
                try await server.startAgain()
                for writer in writers { await writer.value }
            }
            await database.close()
            let texts = try await Set(place.notes())
            #expect(diary.acknowledged.subtracting(texts).isEmpty, "acknowledged and lost")
            #expect(diary.refused.intersection(texts).isEmpty, "refused and kept")
            #expect(texts.subtracting(diary.acknowledged).isSubset(of: diary.doubtful), "kept and not told")
            print("\(diary.acknowledged.count) kept, \(diary.refused.count) refused, \(database.figures)")
        }
    }

    @Test("and comes back does not cost work that has waited for it less than its deadline")
    func waits() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let news = Mutex<[ConnectionNews]>([])
            let database = try await place.open { $0.onConnection = { change in news.withLock { $0.append(change) } } }
            try await database.makeNotes()
            try await server.kill()
            let write = Task { await database.noteFailure() }
            try await eventually { news.withLock { $0.contains { if case .failed = $0 { true } else { false } } } }
            try await server.startAgain()
            #expect(await write.value == nil)
            try await database.expectNotes(1)
            #expect(news.withLock { $0.last } == .restored)
            await database.close()
        }
    }

    @Test("leaves connections that idled useless, which no caller notices")
    func idled() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            await withTaskGroup { tasks in
                for _ in 1...20 { tasks.addTask { try? await database.addNote() } }
            }
            try await server.restart()
            let failures = await withTaskGroup(of: SQLFailure?.self) { tasks in
                for _ in 1...20 {
                    tasks.addTask { await database.noteFailure() }
                    tasks.addTask { await database.countFailure() }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(failures.allSatisfy { $0 == nil }, "\(failures)")
            try await database.expectNotes(40)
            await database.close()
        }
    }
}

@Suite("A statement that costs its connection") struct PoisonTests {
    @Test("is tried again where the connection may have died of idling, but not on a new one")
    func poison() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.connectionsMax = 2 }
            try await database.makeNotes()
            let poison: @Sendable (any SQLConnection) throws(SQLFailure) -> Void = { connection throws(SQLFailure) in
                _ = try connection.query("SELECT pg_terminate_backend(pg_backend_pid()) AS isDone")
            }
            let read = await failure { () throws(SQLFailure) in try await database.read(poison) }
            #expect(read?.isUnavailable == true)
            let write = await failure { () throws(SQLFailure) in
                try await database.write { connection throws(SQLFailure) in .commit(try poison(connection)) }
            }
            #expect(write?.isUnavailable == true)
            #expect(database.figures.lostConnections <= 6)
            try await database.addNote()
            try await database.expectNotes(1)
            await database.close()
        }
    }

    @Test("or its mark is replaced, and with it the mark")
    func markTableGone() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open { $0.connectionsMax = 1 }
            try await database.makeNotes()
            try await place.run("DROP TABLE commit_mark")
            #expect(await database.noteFailure()?.isUnavailable == true)
            try await database.addNote()
            try await database.expectNotes(1)
            await database.close()
        }
    }
}

@Suite("A server that stands still") struct FrozenServerTests {
    @Test("costs a caller no more than the deadline, whatever it is waiting for")
    func deadlines() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open { settings in
                settings.statementTimeout = .seconds(1)
                settings.readStatementTimeout = .seconds(1)
                settings.connectTimeout = .seconds(2)
                settings.queueTimeout = .seconds(1)
            }
            try await database.makeNotes()
            try server.freeze()
            // More than there are connections: some wait for one, some for a new one, some for the server.
            let failures = await withTaskGroup(of: SQLFailure?.self) { tasks in
                for _ in 1...20 {
                    tasks.addTask { await database.noteFailure() }
                    tasks.addTask { await database.countFailure() }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(failures.allSatisfy { $0?.isUnavailable == true }, "\(failures)")
            try server.thaw()
            try await eventually { (try? await database.addNote("again")) != nil }
            try await database.expectNotes(1)
            await database.close()
        }
    }

    @Test("does not hold up the end of a store")
    func closing() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            try server.freeze()
            let read = Task { await database.countFailure() }
            await Task.yield()
            await database.close()
            #expect(await read.value == .closed)
            try server.thaw()
        }
    }

    @Test("during COMMIT leaves nothing to guess: once it goes on, the truth is found")
    func commit() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open { settings in
                settings.connectionsMax = 1
                settings.commitTimeout = .seconds(1)
                settings.connectTimeout = .seconds(2)
            }
            try await database.makeNotes()
            let (frozen, frozenBell) = AsyncStream.makeStream(of: Void.self)
            let write = Task {
                await database.noteFailure("x") {
                    try? server.freeze()
                    frozenBell.yield()
                }
            }
            for await _ in frozen { break }
            try await eventually { database.figures.lostConnections > 0 }
            try server.thaw()
            let told = await write.value
            try await database.expectNotes(told == nil ? 1 : 0)
            #expect(told == nil || told?.isUnavailable == true)
            #expect(database.figures.doubtsResolved == 1)
            await database.close()
        }
    }
}

/// What writers were told about each of their notes.
private final class Diary: Sendable {
    private struct Pages {
        var acknowledged: Set<String> = []
        var refused: Set<String> = []
        var doubtful: Set<String> = []
    }

    private let pages = Mutex(Pages())

    var acknowledged: Set<String> { pages.withLock { $0.acknowledged } }
    var refused: Set<String> { pages.withLock { $0.refused } }
    var doubtful: Set<String> { pages.withLock { $0.doubtful } }

    /// Writes one note after the other until `wanted` are acknowledged altogether.
    func keep(writing name: String, in database: PostgresDatabase, until wanted: Int) async {
        var number = 0
        while acknowledged.count < wanted {
            number += 1
            let text = "\(name).\(number)"
            let page: WritableKeyPath<Pages, Set<String>> =
                switch await database.noteFailure(text) {
                case nil: \.acknowledged
                case .inDoubt: \.doubtful
                default: \.refused
                }
            pages.withLock { _ = $0[keyPath: page].insert(text) }
        }
    }
}

extension PostgresPlace {
    /// The texts of all notes.
    fileprivate func notes() async throws -> [String] {
        try await run("SELECT coalesce(string_agg(text, ','), '') FROM note")?.split(separator: ",").map(String.init)
            ?? []
    }
}
