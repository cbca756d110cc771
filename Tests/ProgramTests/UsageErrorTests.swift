import Foundation
import Testing

@Suite("The command line") struct UsageErrorTests {
    @Test(
        "has a help page for every command",
        arguments: [
            [], ["config"], ["config", "check"], ["config", "show"], ["team"], ["team", "create"], ["team", "set"],
            ["budget", "set"], ["token", "issue"], ["token", "set"], ["key", "add"], ["job", "list"],
            ["job", "resolve"], ["admin", "issue"], ["usage"], ["simulate"], ["audit", "list"], ["ledger", "verify"],
            ["version"],
        ])
    func help(command: [String]) async throws {
        let outcome = try await BuiltProgram.run(command + ["--help"])
        #expect(outcome.exit == 0)
        #expect(outcome.stdout.contains("USAGE: " + (["vinci-gateway"] + command).joined(separator: " ")))
        #expect(outcome.stderr.isEmpty)
    }

    @Test(
        "answers wrong usage with 2 and the reason",
        arguments: [
            (["nonsense"], "Unexpected argument 'nonsense'"), (["team", "create"], "Missing expected argument '<id>'"),
            (["team", "show", "a/b"], "'a/b' is invalid"), (["team", "show", ".."], "'..' is invalid"),
            (["team", "set", "a"], "Nothing to change"),
            (["budget", "set", "team:a/year", "5"], "'team:a/year' is invalid"),
            (["budget", "set", "team:a/month", "1e3"], "'1e3' is invalid"),
            (["budget", "set", "team:a/month", "0.0000001"], "'0.0000001' is invalid"),
            (["token", "set", "vinci_1"], "Nothing to change"),
            (["token", "issue", "a", "--name", "n", "--json", "--quiet"], "either --json or --quiet"),
            (["key", "add", "main", "--env", "A", "--file", "b"], "either --file or --env"),
            (["job", "resolve", "job_1", "charged", "--reason", "r"], "--cost-usd goes with charged"),
            (["job", "resolve", "job_1", "found", "--reason", "r"], "--request-id goes with found"),
            (["admin", "issue", "me", "--role", "king"], "'king' is invalid"),
            (["usage", "--group-by", "year"], "'year' is invalid"),
            (["usage", "--json", "--csv"], "either --json or --csv"),
            (["config", "show", "--set", "public.port"], "Expected key=value"),
        ])
    func wrongUsage(arguments: [String], reason: String) async throws {
        let outcome = try await BuiltProgram.run(arguments)
        #expect(outcome.exit == 2)
        #expect(outcome.stderr.contains(reason))
        #expect(outcome.stdout.isEmpty)
    }

    @Test("ends with the code that a command chose")
    func chosenCode() async throws {
        let outcome = try await BuiltProgram.run(["simulate", "--script", "/no/such.yaml"])
        #expect(outcome.exit == 78)
        #expect(outcome.stderr == "vinci-gateway: /no/such.yaml: cannot be read as UTF-8 text\n")
    }

    @Test("tells its version")
    func version() async throws {
        let outcome = try await BuiltProgram.run(["version"])
        #expect(outcome.exit == 0)
        #expect(outcome.stdout.hasPrefix("vinci-gateway ") && outcome.stdout.hasSuffix("\n"))
    }
}

@Suite("The config command") struct ConfigCommandTests {
    @Test("answers a bad file with 78 and its line")
    func badFile() async throws {
        try await withFile("public:\n  port: 70000\n") { file in
            let outcome = try await BuiltProgram.run(["config", "check", file])
            #expect(outcome.exit == 78)
            #expect(
                outcome.stderr
                    == "\(file):2: public.port: expected a whole number from 0 to 65535, found '70000'\n")
        }
    }

    @Test("answers a missing file with 78")
    func missingFile() async throws {
        let outcome = try await BuiltProgram.run(["config", "check", "/no/such.yaml"])
        #expect(outcome.exit == 78)
        #expect(outcome.stderr == "/no/such.yaml: expected a configuration file, found no such file\n")
    }

    @Test("accepts a good file")
    func goodFile() async throws {
        try await withFile("logging: { level: debug }\n") { file in
            let outcome = try await BuiltProgram.run(["config", "check", file])
            #expect(outcome.exit == 0)
            #expect(outcome.stdout == "\(file): good\n")
        }
    }

    @Test("shows the values in force and hides the keys")
    func show() async throws {
        try await withFile("admin: { port: 9 }\n") { file in
            let outcome = try await BuiltProgram.run(
                ["config", "show", "--set", "public.port=7"],
                environment: [
                    "VINCI_GATEWAY_CONFIG": file, "VINCI_GATEWAY_LOGGING_LEVEL": "error",
                    "VINCI_API_KEY": "sk-0123456789",
                ])
            #expect(outcome.exit == 0)
            let lines = Set(outcome.stdout.split(separator: "\n"))
            #expect(lines.contains("  port: 7 # --set") && lines.contains("  port: 9 # \(file):1"))
            #expect(lines.contains("  level: error # VINCI_GATEWAY_LOGGING_LEVEL"))
            #expect(lines.contains("  base_url: http://127.0.0.1:7 # made of host and port"))
            #expect(!outcome.stdout.contains("0123456789"))
        }
    }

    private func withFile(_ text: String, _ use: (String) async throws -> Void) async throws {
        let file = URL.temporaryDirectory.appending(path: "gateway-\(UUID()).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await use(file.path)
    }
}
