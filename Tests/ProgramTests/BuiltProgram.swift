import Foundation

/// What one run of the program left behind.
struct Outcome: Sendable {
    var exit: Int32
    var stdout: String
    var stderr: String
}

/// The program as it was built beside the tests.
enum BuiltProgram {
    private static let patience = Duration.seconds(60)

    /// Runs it to its end; a run that takes a minute is killed, which shows in its exit code.
    /// - environment: all of it; nothing is inherited.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], stdin: String = ""
    ) async throws -> Outcome {
        let folder = URL.temporaryDirectory.appending(path: "program-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, not pipes: a pipe that nobody reads would stop the program.
        let (input, output, errors) = (
            folder.appending(path: "in"), folder.appending(path: "out"), folder.appending(path: "err")
        )
        try Data(stdin.utf8).write(to: input)
        try Data().write(to: output)
        try Data().write(to: errors)

        let process = Process()
        process.executableURL = Bundle.main.bundleURL.appending(path: "vinci-gateway")
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let exit = try await exitCode(of: process)
        return Outcome(
            exit: exit, stdout: try String(contentsOf: output, encoding: .utf8),
            stderr: try String(contentsOf: errors, encoding: .utf8))
    }

    private static func exitCode(of process: Process) async throws -> Int32 {
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended in
            end.yield(ended.terminationStatus)
            end.finish()
        }
        try process.run()
        let identifier = process.processIdentifier
        let watchdog = Task {
            try await Task.sleep(for: patience)
            kill(identifier, SIGKILL)
        }
        defer { watchdog.cancel() }
        for await status in ends { return status }
        return -1
    }
}
