import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, with its data in memory where the machine allows that. It is gone when the test
/// process is, however that ends.
///
/// Over its socket everybody is let in; over TCP, on a port of its own, `gateway` needs its password.
package final class PostgresServer: Sendable {
    package static let role = "gateway"
    package static let password = "open-sesame-73"

    /// Data, socket and log.
    package let folder: String
    package let port: Int
    private let guardian: PostgresGuardian
    private let administrator: AdministratorSession
    private let places = Places(8)
    private let databases = Mutex(0)

    /// One for all tests of the process that need nothing special.
    package static func shared() async throws -> PostgresServer { try await sharedStart.value }

    private static let sharedStart = Task { try await PostgresServer() }

    /// - checksums: whether its pages have some, so that it notices damage.
    package init(checksums: Bool = false) async throws {
        guardian = try await PostgresGuardian.start(checksums: checksums)
        folder = guardian.folder
        port = guardian.port
        administrator = AdministratorSession(
            "host=\(guardian.folder) port=\(guardian.port) user=\(guardian.superuser) dbname=postgres")
        try await administrator.run(
            "CREATE ROLE \(Self.role) LOGIN PASSWORD '\(Self.password)'")
    }

    /// The user id under which it runs.
    package var owner: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/data")
        return attributes?[.ownerAccountID] as? Int ?? 0
    }

    // MARK: Databases

    /// An empty database for `body`, dropped afterwards. A few at a time: each has a pool of connections.
    package func withDatabase<Value>(_ body: (PostgresPlace) async throws -> Value) async throws -> Value {
        await places.enter()
        defer { places.leave() }
        let number = databases.withLock { number in
            number += 1
            return number
        }
        let place = PostgresPlace(server: self, name: "test_\(number)")
        try await administrator.run("CREATE DATABASE \(place.name) OWNER \(Self.role)")
        let drop = "DROP DATABASE \(place.name) WITH (FORCE)"
        do {
            let value = try await body(place)
            try await administrator.run(drop)
            return value
        } catch {
            _ = try? await administrator.run(drop)
            throw error
        }
    }

    /// As the superuser, in the database `postgres`.
    /// - Returns: the first column of the first row.
    @discardableResult
    package func administrate(_ sql: String) async throws -> String? { try await administrator.run(sql) }

    // MARK: Trouble

    /// All its processes stand still, as on a machine that hangs.
    package func freeze() throws { try signal(SIGSTOP) }
    package func thaw() throws { try signal(SIGCONT) }

    /// Kills all its processes at once, as a crash of the machine would; returns when they are dead.
    package func kill() async throws {
        let processes = try guardian.processes()
        try signal(SIGKILL)
        for process in processes { while PostgresGuardian.lives(process) { await Task.yield() } }
        // Nobody may have collected the dead yet, and a new server would take them for living.
        for mark in ["data/postmaster.pid", ".s.PGSQL.\(port).lock"] {
            try FileManager.default.removeItem(atPath: "\(folder)/\(mark)")
        }
    }

    /// After `kill`: recovers and serves again.
    package func startAgain() async throws { try await guardian.control("start") }

    /// Stops and starts again as the standby of a server that is not there.
    package func becomeStandby() async throws {
        try await guardian.control("-m fast stop")
        try await guardian.markAsStandby()
        try await guardian.control("start")
    }

    /// Ends the life as a standby.
    package func promote() async throws { try await guardian.control("promote") }

    /// Stops and starts again in good order, as an administrator would.
    package func restart() async throws { try await guardian.control("-m fast restart") }

    private func signal(_ signal: CInt) throws {
        for process in try guardian.processes() { Foundation.kill(process, signal) }
    }
}

/// An empty database on a test's server.
package struct PostgresPlace: Sendable {
    package let server: PostgresServer
    package let name: String

    package init(server: PostgresServer, name: String) {
        self.server = server
        self.name = name
    }

    /// Over the socket, without a password.
    package var url: String {
        "postgres:///\(name)?host=\(server.folder)&port=\(server.port)&user=\(PostgresServer.role)"
    }

    /// Over TCP.
    /// - port: another one for a proxy.
    package func tcpURL(password: String = PostgresServer.password, port: Int? = nil) -> String {
        "postgres://\(PostgresServer.role):\(password)@127.0.0.1:\(port ?? server.port)/\(name)"
    }
}

/// Lets a few in at a time.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let isIn = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isIn { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
