import Foundation
import GatewayTesting
import SQLDatabase
import Testing

@testable import SQLiteDatabase

@Suite("The write-ahead log") struct CheckpointTests {
    @Test("is copied back while the store works, so that it does not grow for ever")
    func bounded() async throws {
        let folder = try StoreFolder()
        let database = try folder.open { settings in
            settings.checkpointPages = 50
            settings.checkpointPagesMax = 100
        }
        try await database.makeNotes()
        for _ in 1...300 { try await database.addNote(String(repeating: "x", count: 3_000)) }
        #expect(database.figures.checkpoints > 3)
        let pages = try folder.bytes(of: "-wal") / 4_096
        print("300 writes, \(database.figures.checkpoints) checkpoints, log of \(pages) pages")
        #expect(pages < 200)
        #expect(try await database.noteCount() == 300)
        await database.close()
    }

    @Test("of a process that was killed is kept and copied back at the next start")
    func recovery() async throws {
        let folder = try StoreFolder()
        let database = try folder.open()
        try await database.makeNotes()
        for _ in 1...10 { try await database.addNote() }
        // What a killed process leaves behind: the files as they are, the lock gone.
        let copy = try StoreFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.store + suffix, toPath: copy.store + suffix)
        }
        await database.close()
        #expect(try copy.bytes(of: "-wal") > 0)
        let recovered = try copy.open()
        #expect(try copy.bytes(of: "-wal") == 0)
        #expect(try await recovered.noteCount() == 10)
        await recovered.close()
    }

    @Test("is copied in a quiet moment, or at once when it has grown a lot")
    func plan() {
        var plan = CheckpointPlan(pages: 10, pagesMax: 30)
        plan.wrote(pages: 9)
        #expect(!plan.isDue(isQuiet: true))
        plan.wrote(pages: 1)
        #expect(plan.isDue(isQuiet: true))
        #expect(!plan.isDue(isQuiet: false))
        plan.wrote(pages: 20)
        #expect(plan.isDue(isQuiet: false))
        plan.tried()
        #expect(!plan.isDue(isQuiet: true))
    }
}
