import Foundation

/// The process that starts a server, waits for the end of the test process, and then stops the server and removes its
/// data: a shell that waits for the end of its input, whose other end only the test process holds.
final class PostgresGuardian: Sendable {
    let folder: String
    let port: Int
    let superuser: String
    private let lifeline: FileHandle
    private let answers: FileHandle

    static func start(checksums: Bool) async throws -> PostgresGuardian {
        try await onThread { try PostgresGuardian(checksums) }
    }

    private init(_ checksums: Bool) throws {
        let binaries = try Self.findBinaries()
        let user = geteuid() == 0 ? "postgres" : ""
        superuser = "postgres"
        folder = Self.roomyFolder + "/vinci-pg-" + UUID().uuidString.prefix(8).lowercased()
        port = try Self.freePort()
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        lifeline = input.fileHandleForWriting
        answers = output.fileHandleForReading
        // No other program that a test starts may keep it open.
        _ = fcntl(lifeline.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // A session of its own: signals for the tests' group are not for it.
        process.arguments = [
            "setsid", "bash", "-c", Self.script, "guardian", folder, binaries, user,
            checksums ? "--data-checksums" : "--encoding=UTF8",
        ]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        lifeline.write(Data(Self.settings(folder, port).joined(separator: "\n").utf8) + [0])
        let words = Self.readLine(answers)
        guard words == "ready\n" else {
            throw ContractViolation(description: "PostgreSQL does not start: \(words)")
        }
    }

    deinit { try? lifeline.close() }

    /// The postmaster and its children.
    func processes() throws -> [pid_t] {
        let text = try String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
        guard let first = text.split(separator: "\n").first, let postmaster = pid_t(first) else {
            throw ContractViolation(description: "the server has no process")
        }
        let path = "/proc/\(postmaster)/task/\(postmaster)/children"
        let children = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        // The parent first: it would start new children.
        return [postmaster] + children.split(separator: " ").compactMap { pid_t($0) }
    }

    static func lives(_ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        // `123 (postgres) Z …`
        return !(status.split(separator: ")").last?.hasPrefix(" Z") ?? true)
    }

    /// Runs `pg_ctl` with these arguments.
    func control(_ arguments: String) async throws { try await command("control \(arguments)") }

    /// Makes the next start that of a standby.
    func markAsStandby() async throws { try await command("standby") }

    /// The shell runs it: a program started from here would hand descriptors on to the server.
    private func command(_ command: String) async throws {
        try await onThread { [self] in
            try lifeline.write(contentsOf: Data("\(command)\n".utf8))
            let words = Self.readLine(answers)
            guard words == "ready\n" else { throw ContractViolation(description: "\(command): \(words)") }
        }
    }

    // The settings come first, ended by a zero byte; then commands, a line each.
    private static let script = """
        folder=$1 bin=$2 user=$3 option=$4
        trap '' INT TERM HUP
        as() { if [ -n "$user" ]; then runuser -u "$user" -- "$@"; else "$@"; fi; }
        clean() {
            if [ -f "$folder/data/postmaster.pid" ]; then
                pid=$(head -n 1 "$folder/data/postmaster.pid")
                kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) 2>/dev/null
                as "$bin/pg_ctl" -D "$folder/data" -s -m immediate stop
            fi
            rm -rf "$folder"
        }
        cd / && mkdir -m 755 "$folder" && { [ -z "$user" ] || chown "$user" "$folder"; } || exit 1
        IFS= read -r -d '' settings
        if as "$bin/initdb" -D "$folder/data" -U postgres -E UTF8 --locale=C.UTF-8 --no-sync "$option" \\
                --auth-local=trust --auth-host=scram-sha-256 >"$folder/initdb" 2>&1 &&
            printf '%s\\n' "$settings" >>"$folder/data/postgresql.conf" &&
            as "$bin/pg_ctl" -D "$folder/data" -w -s -l "$folder/log" start </dev/null >/dev/null 2>&1
        then
            echo ready
        else
            tail -n 5 "$folder/initdb" "$folder/log" 2>/dev/null
            clean
            exit 1
        fi
        while read -r command arguments; do
            case $command in
            standby) as touch "$folder/data/standby.signal" ;;
            control) as "$bin/pg_ctl" -D "$folder/data" -w -s -l "$folder/log" $arguments ;;
            esac </dev/null >"$folder/command" 2>&1 && echo ready ||
                { tail -n 3 "$folder/command" "$folder/log"; echo failed; }
        done
        clean
        """

    private static func settings(_ folder: String, _ port: Int) -> [String] {
        [
            "listen_addresses = '127.0.0.1'", "port = \(port)", "unix_socket_directories = '\(folder)'",
            "max_connections = 300", "shared_buffers = 64MB", "logging_collector = off",
            "deadlock_timeout = 50ms",
            // Removed with the folder, also after a crash.
            "dynamic_shared_memory_type = mmap",
        ]
    }

    // MARK: What is there

    private static func findBinaries() throws -> String {
        let versions = "/usr/lib/postgresql"
        let installed = ((try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? [])
            .sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(versions)/\($0)/bin" }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let found = (installed + path).first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
        guard let found else {
            throw ContractViolation(description: "PostgreSQL is not installed: no initdb in \(versions) or on the PATH")
        }
        return found
    }

    /// Memory, if there is a gigabyte of it to spare.
    private static var roomyFolder: String {
        let memory = "/dev/shm"
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: memory)
        let free = attributes?[.systemFreeSize] as? Int ?? 0
        return free >= 1 << 30 ? memory : "/tmp"
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw ContractViolation(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// `ready`, or all that is said before and after `failed`.
    private static func readLine(_ handle: FileHandle) -> String {
        var text = ""
        while !text.hasSuffix("ready\n"), !text.hasSuffix("failed\n") {
            let data = handle.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
        }
        return text
    }
}

/// Runs what blocks away from the threads that tasks share.
package func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
}
