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
