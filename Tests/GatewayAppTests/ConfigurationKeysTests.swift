import Foundation
import GatewayCore
import Testing

@testable import GatewayApp

@Suite("An upstream key") struct ConfigurationKeysTests {
    static let key = "sk-0123456789abcdef"

    @Test("is read from the variable or the file that its entry names")
    func sources() throws {
        let yaml = """
            upstream:
              keys:
                - { id: main, env: VINCI_API_KEY, requests_per_minute: 20 }
                - { id: second, file: /run/secrets/vinci }
            """
        let effective = try readConfiguration(
            yaml, environment: ["VINCI_API_KEY": Self.key], files: ["/run/secrets/vinci": "sk-other-key-1234\n"])
        #expect(
            effective.values.upstream.keys == [
                UpstreamKeySetting(
                    id: UpstreamKeyID(stored: "main"), source: .environment("VINCI_API_KEY"), requestsPerMinute: 20,
                    secret: Secret(Self.key)),
                UpstreamKeySetting(
                    id: UpstreamKeyID(stored: "second"), source: .file("/run/secrets/vinci"), requestsPerMinute: 10,
                    secret: Secret("sk-other-key-1234")),
            ])
        #expect(effective.origin(of: "upstream.keys") == .file("gateway.yaml", line: 2))
    }

    @Test(
        "named main comes from VINCI_API_KEY when the file has none",
        arguments: [nil, "upstream: { keys: [] }", "upstream:\n  keys:\n"])
    func shorthand(yaml: String?) throws {
        let effective = try readConfiguration(yaml, environment: ["VINCI_API_KEY": Self.key])
        #expect(effective.values.upstream.keys.map(\.id.text) == ["main"])
        #expect(effective.values.upstream.keys.map { $0.secret.reveal() } == [Self.key])
        #expect(effective.origin(of: "upstream.keys") == .environment("VINCI_API_KEY"))
    }

    @Test("is not doubled by VINCI_API_KEY when the file has one")
    func noShorthand() throws {
        let effective = try readConfiguration(
            "upstream: { keys: [{ id: own, env: OTHER }] }",
            environment: ["VINCI_API_KEY": Self.key, "OTHER": "another-key"])
        #expect(effective.values.upstream.keys.map(\.id.text) == ["own"])
    }

    static let wrongEntries: [(entry: String, problem: String)] = [
        (
            "{ id: a, env: MISSING }",
            "upstream.keys[0]: expected a key in the variable MISSING, found the variable not set"
        ),
        (
            "{ id: a, env: EMPTY }",
            "upstream.keys[0]: expected one line of 8 to 512 visible ASCII characters in the variable EMPTY, found nothing"
        ),
        (
            "{ id: a, env: BLANK }",
            "upstream.keys[0]: expected one line of 8 to 512 visible ASCII characters in the variable BLANK, found blanks, line breaks or other characters"
        ),
        (
            "{ id: a, env: SHORT }",
            "upstream.keys[0]: expected one line of 8 to 512 visible ASCII characters in the variable SHORT, found 3 characters"
        ),
        ("{ id: a, file: /none }", "upstream.keys[0]: expected a key in the file /none, found no such file"),
        ("{ id: a }", "upstream.keys[0]: expected either env or file, found neither"),
        ("{ id: a, env: GOOD, file: /x }", "upstream.keys[0]: expected either env or file, found both"),
        ("{ env: GOOD }", "upstream.keys[0].id: expected a name for the key, found nothing"),
        (
            "{ id: 'a b', env: GOOD }",
            "upstream.keys[0].id: expected a name of 1 to 64 lower-case letters, digits, '-' and '_', found another text"
        ),
        (
            "{ id: a, env: GOOD, requests_per_minute: 101 }",
            "upstream.keys[0].requests_per_minute: expected a whole number from 1 to 100, found '101'"
        ),
        (
            "{ id: a, evn: GOOD, env: GOOD }",
            "upstream.keys[0].evn: expected one of id, env, file, requests_per_minute, found an unknown key, did you mean 'env'?"
        ),
        (
            "{ id: a, env: good }",
            "upstream.keys[0].env: expected the name of a variable (capitals, digits and '_'), found another text"
        ),
        ("GOOD", "upstream.keys[0]: expected { id, env or file, requests_per_minute }, found another text"),
    ]

    @Test("that is wrong is named by its place, never by its text", arguments: wrongEntries)
    func wrong(entry: String, problem: String) {
        let environment = ["GOOD": Self.key, "EMPTY": "", "BLANK": "two words here", "SHORT": "abc"]
        #expect(
            configurationProblems("upstream:\n  keys:\n    - \(entry)\n", environment: environment) == [
                "gateway.yaml:3: \(problem)"
            ]
        )
    }

    @Test("is there once, by its id and by itself")
    func twice() {
        let yaml = """
            upstream:
              keys:
                - { id: a, env: A }
                - { id: a, env: B }
                - { id: c, env: A }
            """
        #expect(
            configurationProblems(yaml, environment: ["A": Self.key, "B": "another-key"]) == [
                "gateway.yaml:4: upstream.keys[1]: expected another id than that of 'a', found the same",
                "gateway.yaml:5: upstream.keys[2]: expected another key than that of 'a', found the same",
            ])
    }

    @Test("is shown as ***, and so is a password of the database")
    func shown() throws {
        let effective = try readConfiguration(
            "upstream: { keys: [{ id: main, env: VINCI_API_KEY }] }\nstore: { url: 'postgres://u:pass-word@db/x?sslpassword=hidden' }",
            environment: ["VINCI_API_KEY": Self.key])
        let text = ConfigurationListing.effective(effective) + "\(effective)" + String(reflecting: effective)
        #expect(!text.contains(Self.key) && !text.contains("pass-word") && !text.contains("hidden"))
        #expect(text.contains("    - { id: main, env: VINCI_API_KEY, requests_per_minute: 10 } # ***\n"))
        #expect(text.contains("  url: \"postgres://u:***@db/x?sslpassword=***\" # gateway.yaml:2\n"))
    }

    @Test("comes from a real file, and what is wrong with the file is said")
    func realFile() throws {
        let folder = URL.temporaryDirectory.appending(path: "keys-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let good = folder.appending(path: "good").path
        try Data((Self.key + "\n").utf8).write(to: URL(filePath: good))
        let long = folder.appending(path: "long").path
        try Data(repeating: 65, count: 5000).write(to: URL(filePath: long))
        let config = folder.appending(path: "gateway.yaml").path
        func load(_ file: String) throws -> EffectiveConfiguration {
            try Data("upstream: { keys: [{ id: main, file: '\(file)' }] }".utf8).write(to: URL(filePath: config))
            return try ConfigurationLoader.load(file: nil, environment: ["VINCI_GATEWAY_CONFIG": config])
        }
        #expect(try load(good).values.upstream.keys.map { $0.secret.reveal() } == [Self.key])
        for (file, reason) in [(long, "more than 4096 bytes"), (folder.path, "a folder"), (good + "x", "no such file")]
        {
            let failure = #expect(throws: ConfigurationFailure.self) { try load(file) }
            #expect(failure?.problems.first?.message == "expected a key in the file \(file), found \(reason)")
        }
        let failure = #expect(throws: ConfigurationFailure.self) {
            try ConfigurationLoader.load(file: config + "x", environment: [:])
        }
        #expect(failure?.description == "\(config)x: expected a configuration file, found no such file")
    }
}
