import Foundation
import GatewayAcceptance

/// Debian's strace as the thing that goes wrong, or as the witness. It traces from a process of its own (`-D`), so the
/// program keeps its process id and its exit code.
enum Strace {
    private static let base = ["/usr/bin/env", "strace", "-D", "-f", "--seccomp-bpf"]

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
    /// - fault: as in strace's `inject=`, such as `error=EIO:when=3`.
    /// - files: only calls on these; empty for all.
    static func injecting(_ fault: String, into calls: String, on files: [URL] = []) -> [String] {
        base + ["-q", "-o", "/dev/null", "-e", "trace=\(calls)", "-e", "inject=\(calls):\(fault)"]
            + files.flatMap { ["-P", $0.path] }
    }
}

extension GatewayAcceptance.TemporaryFolder {
    /// What an SQLite store syncs.
    var storeFiles: [URL] { [store, data.appending(path: "gateway.db-wal")] }
}
