import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import Testing
import VinciSimulator

/// Starts that must not succeed, and the sentence that says what to do.
@Suite("serve does not start") struct ServeStartTests {
    private static let key = "sk-upstream-key-of-the-start-tests"
    /// Nobody is asked: a start does not talk to Vinci.
    private static let upstream = "http://127.0.0.1:9/api"

    private func withFolder(_ body: (TemporaryFolder) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await body(folder)
    }

    private func serve(
        _ configuration: URL, in folder: TemporaryFolder, _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> ChildProcess.Ended {
        try await ChildProcess.run(
            GatewayProcess.program, ["serve", "--config", configuration.path] + arguments,
            environment: GatewayProcess.environment(environment), in: folder, within: .seconds(30))
    }

    @Test("on a store that another gateway has open")
    func secondOnOneStore() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                let first = try await GatewayProcess.serve(configuration, in: folder, http: http)
                let second = try await serve(configuration, in: folder)
                #expect(second.exit == 78, "\(second.stderr)")
                #expect(second.stderr.contains(folder.store.path), "\(second.stderr)")
                #expect(try await first.admin.get("/readyz").text == "ready\n")
                #expect(try await first.stop().exit == 0)
            }
        }
    }

    @Test("with another master key than the store's")
    func wrongMasterKey() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                _ = try await GatewayProcess.serve(configuration, in: folder, http: http).stop()
            }
            let key = folder.data.appending(path: "master.key")
            try Data((String(repeating: "ab", count: 32) + "\n").utf8).write(to: key)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
            let ended = try await serve(configuration, in: folder)
            #expect(ended.exit == 78, "\(ended.stderr)")
            #expect(ended.stderr.contains("was written with another master key"), "\(ended.stderr)")

            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key.path)
            let readable = try await serve(configuration, in: folder)
            #expect(readable.exit == 78)
            #expect(readable.stderr.contains("chmod 600"), "\(readable.stderr)")
        }
    }

    @Test("in a folder that cannot be made")
    func noFolder() async throws {
        try await withFolder { folder in
            // A file where the folder should be stops even the super-user.
            try Data().write(to: folder.data)
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            let ended = try await serve(configuration, in: folder)
            #expect(ended.exit == 78, "\(ended.stderr)")
            #expect(ended.stderr.contains(folder.data.path), "\(ended.stderr)")
        }
    }

    @Test("towards an upstream that would see the key in clear, and names the line")
    func plainHTTP() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(
                folder, upstream: "http://tryvinci.com/api", keys: [Self.key])
            let ended = try await serve(configuration, in: folder)
            #expect(ended.exit == 78)
            #expect(
                ended.stderr.contains("gateway.yaml:4: upstream.base_url: expected an https URL"), "\(ended.stderr)")
        }
    }

    @Test("without the variable that a key is read from")
    func missingVariable() async throws {
        try await withFolder { folder in
            let file = folder.url.appending(path: "gateway.yaml")
            try Data("upstream: { keys: [ { id: main, env: NO_SUCH_VARIABLE } ] }\n".utf8).write(to: file)
            let ended = try await serve(file, in: folder)
            #expect(ended.exit == 78)
            #expect(ended.stderr.contains("NO_SUCH_VARIABLE"), "\(ended.stderr)")
            #expect(ended.stderr.contains("gateway.yaml:1"), "\(ended.stderr)")

            try Data("admin: { port: 0 }\nstore: { url: \"sqlite:\(folder.store.path)\" }\n".utf8).write(to: file)
            let none = try await serve(file, in: folder)
            #expect(none.exit == 78)
            #expect(none.stderr.contains("no Vinci key is known"), "\(none.stderr)")
        }
    }

    @Test("on a port that is taken")
    func portTaken() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                let first = try await GatewayProcess.serve(configuration, in: folder, http: http)
                let port = try #require(first.door.origin.split(separator: ":").last)
                let other = folder.url.appending(path: "other.db").path
                let options = ["--set", "public.port=\(port)", "--set", "store.url=sqlite:\(other)"]
                let second = try await serve(
                    configuration, in: folder, options + ["--set", "videos.directory=\(folder.path)/other-videos"])
                #expect(second.exit == 1, "\(second.stderr)")
                #expect(second.stderr.contains("public.port: cannot listen on 127.0.0.1:\(port)"), "\(second.stderr)")
                _ = try await first.stop()
            }
        }
    }

    @Test("on a videos folder that another gateway uses")
    func videosFolderTaken() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                let first = try await GatewayProcess.serve(configuration, in: folder, http: http)
                let other = folder.url.appending(path: "other.db").path
                let second = try await serve(configuration, in: folder, ["--set", "store.url=sqlite:\(other)"])
                #expect(second.exit == 78, "\(second.stderr)")
                #expect(
                    second.stderr.contains("videos.directory: data/videos is used by another gateway"),
                    "\(second.stderr)")
                _ = try await first.stop()
            }
        }
    }

    @Test("in a folder where another gateway has its uploads")
    func spoolTaken() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                let first = try await GatewayProcess.serve(configuration, in: folder, http: http)
                let other = folder.data.appending(path: "other.db").path
                let second = try await serve(
                    configuration, in: folder,
                    ["--set", "store.url=sqlite:\(other)", "--set", "videos.directory=\(folder.path)/other-videos"])
                #expect(second.exit == 78, "\(second.stderr)")
                #expect(second.stderr.contains("/spool is used by another gateway"), "\(second.stderr)")
                _ = try await first.stop()
            }
        }
    }

    @Test("with a bootstrap token that is too short")
    func shortBootstrapToken() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            let ended = try await serve(
                configuration, in: folder, environment: ["VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN": "too-short-to-be-good"])
            #expect(ended.exit == 78)
            #expect(
                ended.stderr.contains("VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN: expected 32 or more"), "\(ended.stderr)")
            #expect(!ended.stderr.contains("too-short-to-be-good"))
        }
    }

    @Test("anew with another bootstrap token: the first owner stays the owner")
    func bootstrapOnce() async throws {
        try await withFolder { folder in
            let configuration = try GatewayProcess.configure(folder, upstream: Self.upstream, keys: [Self.key])
            try await HTTPClient.forTests { http in
                let first = try await GatewayProcess.serve(configuration, in: folder, http: http)
                #expect(try await first.admin.get("/admin/v1/teams").status == 200)
                _ = try await first.stop()
                let late = "a-second-owner-who-comes-too-late-0123456789"
                let second = try await GatewayProcess.serve(
                    configuration, in: folder, http: http, environment: ["VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN": late])
                #expect(try await second.admin.with(token: late).get("/admin/v1/teams").status == 401)
                #expect(try await second.admin.get("/admin/v1/teams").status == 200)
                _ = try await second.stop()
            }
        }
    }
}
