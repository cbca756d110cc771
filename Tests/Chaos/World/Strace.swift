import Foundation
import GatewayAcceptance

/// Debian's strace as the thing that goes wrong, or as the witness. It traces from a process of its own (`-D`), so the
/// program keeps its process id and its exit code.
enum Strace {
    private static let base = ["/usr/bin/env", "strace", "-D", "-f", "-q"]

    /// Why nothing can be traced here; nil when it can.
    static let hindrance: String? = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return "there is no env" }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : "strace is not installed, or this machine lets nobody trace"
    }()

    /// - calls: system calls, with commas; each thread counts its own.
    /// - error: such as `EIO`, instead of doing the `number`th.
    /// - files: only calls on these.
    static func failing(_ calls: String, at number: Int, with error: String, on files: [URL]) -> [String] {
        // Other calls are not slowed down.
        base + ["--seccomp-bpf", "-o", "/dev/null", "-e", "trace=\(calls)"]
            + ["-e", "inject=\(calls):error=\(error):when=\(number)"] + files.flatMap { ["-P", $0.path] }
    }

    /// Kills the program where it enters the `number`th of these calls.
    /// - files: only calls on these; empty for all.
    static func killing(at calls: String, number: Int, on files: [URL]) -> [String] {
        // Where --seccomp-bpf stops a thread, no signal can be given to it.
        base + ["-o", "/dev/null", "-e", "trace=\(calls)", "-e", "inject=\(calls):signal=KILL:when=\(number)"]
            + files.flatMap { ["-P", $0.path] }
    }

    /// Writes down what goes to files and sockets, with all bytes of a page.
    /// - isSynced: otherwise no fsync is done, and the program is told that it was.
    static func recording(to file: URL, isSynced: Bool = true) -> [String] {
        let calls = "trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg"
        return base + ["--seccomp-bpf", "-y", "-s", "6000", "-o", file.path, "-e", calls]
            + (isSynced ? [] : ["-e", "inject=fdatasync,fsync:retval=0"])
    }

    /// What was written down about a program that has ended: the tracer has its last line a moment later.
    static func record(_ file: URL, of process: ChildProcess) async throws -> Data {
        // Short process ids are filled up with blanks.
        let end = try Regex("\\b\(process.identifier) +\\+\\+\\+ exited")
        try await eventually("the tracer to end", within: .seconds(60)) { try tail(of: file).contains(end) }
        return try Data(contentsOf: file)
    }

    private static func tail(of file: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        let count = try handle.seekToEnd()
        try handle.seek(toOffset: count - min(count, 1_000))
        return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }
}

extension GatewayAcceptance.TemporaryFolder {
    /// What an SQLite store syncs.
    var storeFiles: [URL] { [store, data.appending(path: "gateway.db-wal")] }
}
