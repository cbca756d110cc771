package import Foundation
import Synchronization

/// A program that runs beside the tests, with its output in files.
package final class ChildProcess: Sendable {
    package struct Ended: Sendable {
        package let exit: Int32
        package let stdout: String
        package let stderr: String
    }

    package let stdout: URL
    package let stderr: URL
    package let identifier: Int32
    private let process: Process
    private let ending: Ending

    /// - program: an absolute path.
    /// - environment: all of it; nothing is inherited.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], stdin: String = "",
        in folder: TemporaryFolder
    ) throws {
        let name = UUID().uuidString
        let input = folder.url.appending(path: "\(name).in")
        stdout = folder.url.appending(path: "\(name).out")
        stderr = folder.url.appending(path: "\(name).err")
        try Data(stdin.utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder.url
        // Files, not pipes: a pipe that nobody reads would stop the program.
        let files = [
            try FileHandle(forReadingFrom: input), try FileHandle.appending(to: stdout),
            try FileHandle.appending(to: stderr),
        ]
        process.standardInput = files[0]
        process.standardOutput = files[1]
        process.standardError = files[2]
        let ending = Ending()
        process.terminationHandler = { process in
            // A shell's convention: a signal ends a program with 128 and its number.
            ending.set(process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
        }
        try process.run()
        // The child has its own by now; Foundation keeps these for as long as the tests run.
        for file in files { try file.close() }
        identifier = process.processIdentifier
        self.process = process
        self.ending = ending
    }

    deinit { if ending.code == nil { kill(identifier, SIGKILL) } }

    /// Nil while it runs.
    package var exit: Int32? { ending.code }

    package func signal(_ number: Int32) { if self.exit == nil { kill(identifier, number) } }

    package var output: String { (try? String(contentsOf: stdout, encoding: .utf8)) ?? "" }
    package var errors: String { (try? String(contentsOf: stderr, encoding: .utf8)) ?? "" }

    /// - Throws: ``NeverHappened`` when it runs for longer; it is killed then.
    package func ended(within patience: Duration = .seconds(60)) async throws -> Ended {
        do {
            let exit = try await eventually("process \(identifier) to end", within: patience) { self.exit }
            return Ended(exit: exit, stdout: output, stderr: errors)
        } catch {
            signal(SIGKILL)
            throw error
        }
    }

    /// Runs a program to its end.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], stdin: String = "",
        in folder: TemporaryFolder, within patience: Duration = .seconds(60)
    ) async throws -> Ended {
        try await ChildProcess(program, arguments, environment: environment, stdin: stdin, in: folder)
            .ended(within: patience)
    }
}

private final class Ending: Sendable {
    private let state = Mutex<Int32?>(nil)

    var code: Int32? { state.withLock { $0 } }
    func set(_ code: Int32) { state.withLock { $0 = code } }
}
