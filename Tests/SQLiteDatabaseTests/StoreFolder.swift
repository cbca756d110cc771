import Foundation
import SQLDatabase
import SQLiteDatabase
import Testing

/// A folder for one test, removed with all that is in it.
final class StoreFolder: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var store: String { path + "/gateway.db" }

    func open(_ adjust: (inout SQLiteSettings) -> Void = { _ in }) throws -> SQLiteDatabase {
        var settings = SQLiteSettings(onBroken: { Issue.record("storage broke: \($0)") })
        adjust(&settings)
        return try SQLiteDatabase.open(path: store, settings: settings)
    }

    func bytes(of suffix: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: store + suffix)
        return try #require(attributes[.size] as? Int)
    }
}

extension SQLDatabase {
    /// A table `note (number, text)`, the only one most tests need.
    func makeNotes() async throws {
        try await migrate([
            Migration(
                number: 1, name: "notes",
                sql: "CREATE TABLE note (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT NOT NULL);")
        ])
    }

    func addNote(_ text: String = "x", urgency: WriteUrgency = .ordinary) async throws(SQLFailure) {
        try await write(urgency: urgency) { connection throws(SQLFailure) in
            try connection.execute("INSERT INTO note (text) VALUES ($1)", [.text(text)])
            return .commit(())
        }
    }

    func noteCount() async throws(SQLFailure) -> Int64? {
        try await read { connection throws(SQLFailure) in
            try connection.row("SELECT count(*) AS count FROM note")?.integer("count")
        }
    }
}

/// - Returns: the exit status of a program and what it printed.
@discardableResult
func runProgram(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
}
