import Foundation
import GatewayCore
import Testing

@testable import GatewayApp

@Suite("A configured value") struct ConfigurationSourcesTests {
    @Test("comes from the command line before the environment before the file before the default")
    func precedence() throws {
        let yaml = "public: { port: 1 }\nadmin: { port: 2 }\nlogging: { level: debug }\n"
        let effective = try readConfiguration(
            yaml, environment: ["VINCI_GATEWAY_PUBLIC_PORT": "3", "VINCI_GATEWAY_ADMIN_PORT": "4"],
            overrides: [ConfigurationOverride(path: "public.port", text: "5", option: "--public-port")])
        #expect(effective.values.publicPort.port == 5)
        #expect(effective.origin(of: "public.port") == .commandLine("--public-port"))
        #expect(effective.values.adminPort.port == 4)
        #expect(effective.origin(of: "admin.port") == .environment("VINCI_GATEWAY_ADMIN_PORT"))
        #expect("\(effective.values.logging.level)" == "debug")
        #expect(effective.origin(of: "logging.level") == .file("gateway.yaml", line: 3))
        #expect(effective.origin(of: "public.host") == .standard)
    }

    @Test(
        "is the one that was written",
        arguments: [
            ("pricing.usd_per_second", "0.000001"), ("pricing.usd_per_second", "12.345678"),
            ("pricing.hold_margin_percent", "25"), ("upstream.connect_timeout", "250ms"), ("webhooks.retry_for", "48h"),
            ("videos.max_bytes", "512MiB"), ("videos.rewrite_urls", "true"), ("public.host", "fe80::1"),
            ("videos.directory", "/mnt/disk-1/password"),
            ("upstream.base_url", "http://127.0.0.1:9090/api"), ("upstream.base_url", "http://[::1]:9090"),
            ("store.url", "postgres://gateway@db/gateway"), ("store.url", "postgresql:///gateway?host=/run/postgresql"),
        ])
    func written(path: String, text: String) throws {
        let key = try #require(ConfigurationKey.all.first { $0.path == path })
        let byVariable = try readConfiguration(nil, environment: [key.environmentName: text])
        let byFile = try readConfiguration(
            "\(key.section):\n  \(key.name): \(YAMLText.quotedIfNeeded(text).replacing("\"", with: ""))\n")
        #expect(byVariable.values == byFile.values)
        #expect(byVariable.values != GatewayConfiguration())
        #expect(key.yaml(byVariable.values).replacing("\"", with: "") == text)
    }

    @Test("keeps the price to the last digit")
    func exactPrice() throws {
        let values = try readConfiguration("pricing: { usd_per_second: 0.1 }").values
        #expect(values.pricing.usdPerSecond * 10 == 1)
    }

    @Test("may be a list in a variable")
    func list() throws {
        let effective = try readConfiguration(
            "videos: { allowed_hosts: [x.example] }",
            environment: [
                "VINCI_GATEWAY_VIDEOS_ALLOWED_HOSTS": "a.example, B.example",
                "VINCI_GATEWAY_WEBHOOKS_ALLOWED_HOSTS": "",
            ])
        #expect(effective.values.videos.allowedHosts == ["a.example", "b.example"])
        #expect(effective.values.webhooks.allowedHosts == [])
    }

    @Test("loses the slash at the end of an address")
    func slash() throws {
        #expect(
            try readConfiguration("upstream: { base_url: 'https://x.example/api/' }").values.upstream.baseURL
                == "https://x.example/api")
    }

    @Test(
        "cannot come from a variable that nobody knows",
        arguments: [
            (
                "VINCI_GATEWAY_PUBLIC_PROT",
                "VINCI_GATEWAY_PUBLIC_PROT: expected a known variable, found an unknown one, did you mean 'VINCI_GATEWAY_PUBLIC_PORT'?"
            ),
            (
                "VINCI_GATEWAY_UPSTREAM_KEYS",
                "VINCI_GATEWAY_UPSTREAM_KEYS: upstream.keys: expected in the configuration file only; for a single key, set VINCI_API_KEY"
            ),
            (
                "VINCI_GATEWAY_LOGGING_LEVEL",
                "VINCI_GATEWAY_LOGGING_LEVEL: logging.level: expected one of trace, debug, info, notice, warning, error, critical, found nothing"
            ),
        ])
    func unknownVariable(name: String, problem: String) {
        #expect(configurationProblems(nil, environment: [name: ""]) == [problem])
    }

    @Test("is not looked for in the variables of the command line and of other programs")
    func otherVariables() throws {
        let names = ConfigurationEnvironment.others + ["PATH", "VINCI_OTHER"]
        let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, "x") })
        #expect(try readConfiguration(nil, environment: environment).values == GatewayConfiguration())
    }

    @Test("of an unknown path is refused on the command line")
    func unknownOverride() {
        let override = ConfigurationOverride(path: "public.prot", text: "1", option: "--set")
        #expect(
            configurationProblems(nil, overrides: [override]) == [
                "--set: public.prot: expected a known key, found an unknown one, did you mean 'public.port'?"
            ])
    }

    @Test(
        "survives being shown and read again",
        arguments: [
            "A b", "x: y", "# no", "true", "12", "ä\u{1}", "\u{85}", "\"q\"", "a\\b", "plain/path", "- dash", "end:",
        ])
    func roundTrip(directory: String) throws {
        let first = try readConfiguration(
            "upstream: { keys: [{ id: main, file: /k }] }",
            environment: ["VINCI_GATEWAY_VIDEOS_DIRECTORY": directory, "VINCI_GATEWAY_PUBLIC_PORT": "9"],
            files: ["/k": "0123456789"])
        let again = try readConfiguration(ConfigurationListing.effective(first), files: ["/k": "0123456789"])
        var expected = first.values
        expected.publicPort.configuredBaseURL = "http://127.0.0.1:9"
        #expect(again.values == expected)
    }
}
