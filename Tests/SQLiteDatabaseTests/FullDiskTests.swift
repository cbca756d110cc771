import Foundation
import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Testing

@Suite("A full disk", .disabled(if: SmallDisk.hindrance != nil, "\(SmallDisk.hindrance ?? "")")) struct FullDiskTests {
    @Test("refuses new orders, takes settlements from the ballast, and is forgiven once there is room")
    func fills() async throws {
        let disk = try SharedDisk(megabytes: 4)
        defer { disk.unmount() }
        let database = try disk.open()
        try await database.makeNotes()
        #expect(disk.hasBallast)

        let filled = try await fill(database)
        #expect(filled == .storageFull)
        #expect(database.figures.isFull)
        #expect(!disk.hasBallast)
        let before = try await database.noteCount()
        await #expect(throws: SQLFailure.storageFull) { try await database.addNote() }
        for _ in 1...20 { try await database.addNote(urgency: .settlement) }
        #expect(try await database.noteCount() == (before ?? 0) + 20)

        // The other user of the disk cleans up.
        try disk.removeRubbish()
        try await eventually { (try? await database.addNote("again")) != nil }
        #expect(!database.figures.isFull)
        #expect(disk.hasBallast)
        await database.close()

        let reopened = try disk.open()
        #expect(try await reopened.noteCount() == (before ?? 0) + 21)
        await reopened.close()
    }

    @Test("is taken by the settlement that meets it first")
    func settlementMeetsIt() async throws {
        let disk = try SharedDisk(megabytes: 4)
        defer { disk.unmount() }
        let database = try disk.open()
        try await database.makeNotes()
        try disk.fill()
        var written = 0
        // The write that finds no room frees the ballast and is done none the less.
        while !database.figures.isFull, written < 2_000 {
            try await database.addNote(String(repeating: "s", count: 8_000), urgency: .settlement)
            written += 1
        }
        #expect(database.figures.isFull)
        #expect(try await database.noteCount() == Int64(written))
        await database.close()
    }

    @Test("at the start leaves a store that opens, reads and settles")
    func fullAtStart() async throws {
        let disk = try SharedDisk(megabytes: 4)
        defer { disk.unmount() }
        let first = try disk.open()
        try await first.makeNotes()
        try await first.addNote()
        await first.close()
        try FileManager.default.removeItem(atPath: disk.store + ".ballast")
        // Room for the log, not for the ballast.
        try disk.fill(leaving: 400_000)
        let database = try disk.open()
        #expect(try await database.noteCount() == 1)
        try await database.addNote(urgency: .settlement)
        #expect(database.figures.isFull)
        await #expect(throws: SQLFailure.storageFull) { try await database.addNote() }
        await database.close()
    }

    @Test("without room to open says so")
    func noRoomToOpen() throws {
        let disk = try SharedDisk(megabytes: 1)
        defer { disk.unmount() }
        try disk.fill()
        #expect(throws: SQLiteOpenFailure.noSpace(disk.store)) { try disk.open() }
    }

    private func fill(_ database: SQLiteDatabase) async throws -> SQLFailure? {
        let text = String(repeating: "x", count: 20_000)
        for _ in 1...2_000 {
            do throws(SQLFailure) {
                try await database.addNote(text)
            } catch {
                return error
            }
        }
        return nil
    }

    private func eventually(_ condition: () async -> Bool) async throws {
        for _ in 1...200 {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("it never came true")
    }
}

/// A small disk with a store on it, which somebody else uses, too.
private struct SharedDisk {
    private let folder: StoreFolder
    private let disk: SmallDisk

    /// A quarter of it is taken.
    init(megabytes: Int) throws {
        folder = try StoreFolder()
        disk = try SmallDisk(megabytes: megabytes, at: folder.path)
        try Data(count: megabytes << 18).write(to: rubbish)
    }

    var store: String { folder.store }

    private var rubbish: URL { URL(fileURLWithPath: folder.path + "/rubbish") }

    func open() throws -> SQLiteDatabase {
        try folder.open { settings in
            settings.ballastBytes = 512 << 10
            settings.spaceProbeInterval = .milliseconds(50)
        }
    }

    var hasBallast: Bool { FileManager.default.fileExists(atPath: store + ".ballast") }

    func removeRubbish() throws {
        try FileManager.default.removeItem(at: rubbish)
        try Data().write(to: rubbish)
    }

    func fill(leaving spared: Int = 0) throws { try disk.fill(leaving: spared) }

    func unmount() { disk.unmount() }
}
