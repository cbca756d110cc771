import Foundation
import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("A server whose disk is full", .disabled(if: SmallDisk.hindrance != nil, "\(SmallDisk.hindrance ?? "")"))
struct FullServerTests {
    @Test("refuses what does not fit, as a full disk, and forgets it once there is room")
    func full() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let folder = try TemporaryFolder()
            let disk = try SmallDisk(megabytes: 2, at: folder.path, owner: place.server.owner)
            defer { disk.unmount() }
            let database = try await place.open()
            try await database.makeNotes()
            try await place.run("CREATE TABLESPACE small LOCATION '\(disk.path)'")
            try await place.run("ALTER TABLE note SET TABLESPACE small")
            // Room for a few pages.
            try disk.fill(leaving: 64_000)
            let text = String(repeating: "x", count: 2_000)
            var failure: SQLFailure?
            while failure == nil { failure = await database.noteFailure(text) }
            #expect(failure == .storageFull)
            #expect(database.figures.isFull)
            // Caught in the body, it is the end of the write none the less.
            #expect(await database.stubbornFailure(text) == .storageFull)
            try disk.clear()
            #expect(await database.noteFailure(text) == nil)
            #expect(!database.figures.isFull)
            await database.close()
            try await place.run("DROP TABLE note")
            try await place.run("DROP TABLESPACE small")
        }
    }
}

@Suite("A server with damaged data") struct DamagedServerTests {
    @Test("ends all service and asks once for the end of the process", arguments: [true, false])
    func damaged(isRead: Bool) async throws {
        let server = try await PostgresServer(checksums: true)
        try await server.withDatabase { place in
            let news = News()
            let first = try await place.open()
            try await first.makeNotes()
            for _ in 1...20 { try await first.addNote(String(repeating: "x", count: 4_000)) }
            await first.close()
            let file = try #require(try await place.run("SELECT pg_relation_filepath('note')"))
            try await server.administrate("CHECKPOINT")
            try await server.kill()
            try damage("\(server.folder)/data/\(file)")
            try await server.startAgain()

            let database = try await place.open { $0.onBroken = { news.add($0) } }
            let met = isRead ? await database.sumFailure() : await database.changeFailure()
            guard case .broken(let reason)? = met else { return #expect(Bool(false), "\(String(describing: met))") }
            #expect(await database.countFailure() == .broken(reason: reason))
            #expect(await database.noteFailure() == .broken(reason: reason))
            #expect(news.words.count == 1)
            #expect(news.words.first?.hasSuffix(reason) == true)
            await database.close()
        }
    }

    /// Overwrites the middle of a page, as a failing disk would.
    private func damage(_ path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: 4_000)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 500))
        try file.close()
    }
}

@Suite("A server that has to wait for a standby") struct StandbyWaitTests {
    @Test("and is kept from waiting by an administrator does not make the driver tell a success")
    func cancelledWait() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open { $0.doubtTimeout = .milliseconds(400) }
            try await database.makeNotes()
            try await server.expectStandby("nobody")
            let write = Task { await database.noteFailure("lonely") }
            try await server.cancelWaitForStandby()
            // The inquiry has to wait for the same standby.
            #expect(await write.value == .inDoubt)
            try await server.expectStandby("")
            try await eventually { await database.countFailure() == nil }
            await database.close()
        }
    }

    @Test("lets the driver tell a success once what comes later in its log is safe")
    func resolvedLater() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            try await server.expectStandby("nobody")
            let write = Task { await database.noteFailure("lonely") }
            try await server.cancelWaitForStandby()
            try await eventually { database.figures.lostConnections > 0 }
            try await server.expectStandby("")
            #expect(await write.value == nil)
            #expect(database.figures.doubtsResolved == 1)
            try await database.expectNotes(1)
            await database.close()
        }
    }
}

extension PostgresServer {
    /// Which standby each COMMIT has to wait for; none if empty.
    fileprivate func expectStandby(_ name: String) async throws {
        try await administrate("ALTER SYSTEM SET synchronous_standby_names = '\(name)'")
        try await administrate("SELECT pg_reload_conf()")
        try await eventually { try await administrate("SHOW synchronous_standby_names") == name }
    }

    /// Once a COMMIT waits.
    fileprivate func cancelWaitForStandby() async throws {
        let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        try await eventually { try await administrate(cancel) == "t" }
    }
}

extension PostgresDatabase {
    /// Adds notes until one does not fit, and commits none the less.
    fileprivate func stubbornFailure(_ text: String) async -> SQLFailure? {
        await failure { () throws(SQLFailure) in
            try await write { connection throws(SQLFailure) in
                var count: Int? = 1
                while count != nil {
                    count = try? connection.savepoint { inner throws(SQLFailure) in
                        .commit(try inner.execute("INSERT INTO note (text) VALUES ($1)", [.text(text)]))
                    }
                }
                return .commit(())
            }
        }
    }

    fileprivate func sumFailure() async -> SQLFailure? {
        await failure { () throws(SQLFailure) in
            _ = try await read { connection throws(SQLFailure) in
                try connection.query("SELECT count(text) AS texts FROM note WHERE length(text) > 0")
            }
        }
    }

    fileprivate func changeFailure() async -> SQLFailure? {
        await failure { () throws(SQLFailure) in
            try await write { connection throws(SQLFailure) in
                _ = try? connection.execute("UPDATE note SET text = 'y' WHERE length(text) > 0")
                return .commit(())
            }
        }
    }
}
