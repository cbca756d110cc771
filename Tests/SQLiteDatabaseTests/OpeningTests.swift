import Foundation
import GRDB
import GatewayTesting
import SQLDatabase
import Testing

@testable import SQLiteDatabase

@Suite("Opening a store") struct OpeningTests {
    @Test("keeps every file to its owner, also those that were open to others before")
    func rights() async throws {
        let folder = try StoreFolder()
        try Data().write(to: URL(fileURLWithPath: folder.store))
        chmod(folder.store, 0o666)
        let database = try folder.open()
        try await database.makeNotes()
        for suffix in ["", "-wal", "-shm", ".lock", ".ballast"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.store + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "of \(suffix)")
        }
        await database.close()
    }

    @Test("is refused while another part of this process has it, whatever name it uses, and possible again afterwards")
    func secondOpener() async throws {
        let folder = try StoreFolder()
        let first = try folder.open()
        let id = Int(ProcessInfo.processInfo.processIdentifier)
        let locked = SQLiteOpenFailure.locked(lockFile: try #require(realPath(folder.store)) + ".lock", processID: id)
        #expect(throws: locked) { try folder.open() }
        let alias = folder.path + "/alias.db"
        try FileManager.default.createSymbolicLink(atPath: alias, withDestinationPath: folder.store)
        #expect(throws: locked) { try SQLiteDatabase.open(path: alias, settings: SQLiteSettings(onBroken: { _ in })) }
        #expect("\(locked)".contains("gateway.db.lock"))
        await first.close()
        let second = try folder.open()
        await second.close()
    }

    @Test("is refused while another process has it; the lock ends with the process")
    func secondProcess() async throws {
        let folder = try StoreFolder()
        let lock = folder.store + ".lock"
        let other = Process()
        let ready = Pipe()
        other.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        other.arguments = ["--nonblock", "--no-fork", lock, "/bin/sh", "-c", "echo ready; exec sleep 60"]
        other.standardOutput = ready
        try other.run()
        _ = ready.fileHandleForReading.availableData
        #expect(throws: SQLiteOpenFailure.self) { try folder.open() }
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        let database = try folder.open()
        #expect(try runProgram("/usr/bin/flock", ["--nonblock", lock, "/bin/true"]).status == 1)
        await database.close()
        #expect(try runProgram("/usr/bin/flock", ["--nonblock", lock, "/bin/true"]).status == 0)
    }

    @Test("of a folder that is not there says so")
    func missingFolder() throws {
        let folder = try StoreFolder()
        #expect(throws: SQLiteOpenFailure.missing(folder.path + "/none")) {
            try SQLiteDatabase.open(
                path: folder.path + "/none/gateway.db", settings: SQLiteSettings(onBroken: { _ in }))
        }
    }

    @Test("of a folder says that it is not a file and leaves it alone")
    func folderAsFile() throws {
        let folder = try StoreFolder()
        try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: false)
        chmod(folder.store, 0o755)
        let path = try #require(realPath(folder.store))
        #expect(throws: SQLiteOpenFailure.inaccessible(path, reason: "it is not a file")) { try folder.open() }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o755, "its rights are left alone")
    }

    @Test("of some other file leaves it as it is")
    func notADatabase() throws {
        let folder = try StoreFolder()
        let picture = Data(repeating: 0x7F, count: 5_000)
        try picture.write(to: URL(fileURLWithPath: folder.store))
        chmod(folder.store, 0o644)
        #expect(throws: SQLiteOpenFailure.notADatabase(try #require(realPath(folder.store)))) { try folder.open() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.store)) == picture)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.store)
        #expect(attributes[.posixPermissions] as? Int == 0o644)
    }

    @Test("is refused when SQLite does not confirm a setting that durability needs")
    func readBack() throws {
        let folder = try StoreFolder()
        let queue = try DatabaseQueue(path: folder.store, configuration: Configuration())
        // A plain GRDB connection lacks `trusted_schema = OFF`.
        #expect(throws: SQLiteOpenFailure.unsafeSetting("x", reason: "trusted_schema is 1, not 0")) {
            try queue.writeWithoutTransaction { try ConnectionSetup.makeDurable($0, path: "x") }
        }
        try queue.close()
    }

    @Test("gives a writer that commits with full fsync in WAL mode, and readers that cannot write")
    func settings() async throws {
        let folder = try StoreFolder()
        let store = try OpenStore(path: folder.store, settings: SQLiteSettings(onBroken: { _ in }))
        let found = try await store.writer.read { database in
            try ["synchronous", "journal_mode", "foreign_keys", "wal_autocheckpoint"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(found == ["2", "wal", "1", "0"])
        let readers = try await store.readers.read { try String.fetchOne($0, sql: "PRAGMA query_only") }
        #expect(readers == "1")
        try store.readers.close()
        try store.writer.close()
    }

    private func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
