package import AsyncHTTPClient
package import Foundation

/// The built program as `serve`, a child of the tests, on a store that outlives it.
package struct GatewayProcess: Sendable {
    /// The program as it was built beside the tests.
    package static let program = Bundle.main.bundleURL.appending(path: "vinci-gateway").path
    package static let ownerToken = "owner-of-the-program-tests-0123456789abc"

    package let process: ChildProcess
    package let administration: Administration

    package var door: WebClient { administration.door }
    package var admin: WebClient { administration.admin }

    /// What a child needs to start: the dynamic libraries of the toolchain are found by the environment's path alone.
    package static func environment(_ more: [String: String] = [:]) -> [String: String] {
        let inherited = ProcessInfo.processInfo.environment
        let kept = ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR"].reduce(into: [String: String]()) {
            $0[$1] = inherited[$1]
        }
        return kept.merging(more) { _, given in given }
    }

    /// Writes `gateway.yaml` and its key files into the folder.
    /// - keys: of Vinci, each allowed a hundred requests per minute.
    /// - lines: further YAML at the top level.
    package static func configure(
        _ folder: TemporaryFolder, upstream: String, keys: [String], lines: String = ""
    ) throws -> URL {
        var entries = ""
        for (number, key) in keys.enumerated() {
            let file = folder.url.appending(path: "key-\(number)")
            try Data(key.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            entries += "    - { id: key-\(number), file: \(file.path), requests_per_minute: 100 }\n"
        }
        let yaml = """
            public: { port: 0 }
            admin: { port: 0 }
            upstream:
              base_url: \(upstream)
              keys:
            \(entries)
            store: { url: "sqlite:\(folder.store.path)" }
            \(lines)
            """
        let file = folder.url.appending(path: "gateway.yaml")
        try Data(yaml.utf8).write(to: file)
        return file
    }

    /// Starts `serve` and waits until it says where it listens.
    /// - under: a program that runs it, such as a tracer, with its arguments; it must keep the process id.
    package static func serve(
        _ configuration: URL, in folder: TemporaryFolder, http: HTTPClient, environment: [String: String] = [:],
        under tool: [String] = []
    ) async throws -> GatewayProcess {
        let process = try launch(configuration, in: folder, environment: environment, under: tool)
        return try await listening(process, http: http)
    }

    /// Starts `serve` without waiting for anything.
    package static func launch(
        _ configuration: URL, in folder: TemporaryFolder, environment: [String: String] = [:], under tool: [String] = []
    ) throws -> ChildProcess {
        let command = tool + [program, "serve", "--config", configuration.path]
        return try ChildProcess(
            command[0], Array(command.dropFirst()),
            environment: Self.environment(
                ["VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN": ownerToken].merging(environment) { _, given in given }),
            in: folder)
    }

    /// The process as a gateway, once it says where it listens.
    /// - Throws: ``GatewayEnded`` when it ends before.
    package static func listening(_ process: ChildProcess, http: HTTPClient) async throws -> GatewayProcess {
        let ports = try await eventually("the gateway to listen") { () throws -> (String, String)? in
            if let code = process.exit { throw GatewayEnded(exit: code, stderr: process.errors) }
            let log = process.errors
            guard let admin = log.firstMatch(of: /admin"?[=:]"?(http:[^\s",]+)/),
                let open = log.firstMatch(of: /public"?[=:]"?(http:[^\s",]+)/)
            else { return nil }
            return (String(open.1), String(admin.1))
        }
        return GatewayProcess(
            process: process,
            administration: Administration(
                admin: WebClient(ports.1, token: ownerToken, http: http),
                door: WebClient(ports.0, token: nil, http: http)))
    }

    /// Ends it as an operator would, and says how it went.
    package func stop() async throws -> ChildProcess.Ended {
        process.signal(SIGTERM)
        return try await process.ended()
    }

    /// Ends it as a power cut would.
    package func crash() async throws {
        process.signal(SIGKILL)
        _ = try await process.ended()
    }
}

package struct GatewayEnded: Error, CustomStringConvertible {
    package let exit: Int32
    package let stderr: String

    package var description: String { "the gateway ended with \(exit): \(stderr)" }
}
