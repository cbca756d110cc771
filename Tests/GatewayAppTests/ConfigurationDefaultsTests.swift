import Foundation
import Testing

@testable import GatewayApp

@Suite("The checked-in configuration") struct ConfigurationDefaultsTests {
    @Test("says every key, its default, what it means and what it takes")
    func template() throws {
        #expect(try checkedIn() == ConfigurationListing.template())
    }

    @Test("is the default configuration")
    func defaults() throws {
        let effective = try readConfiguration(try checkedIn())
        #expect(effective.values == GatewayConfiguration())
        #expect(effective.origins.count == ConfigurationKey.all.count)
    }

    @Test(
        "has the defaults that users were promised",
        arguments: [
            ("public.host", "127.0.0.1"), ("public.port", "8080"), ("admin.host", "127.0.0.1"), ("admin.port", "8081"),
            ("upstream.base_url", "https://tryvinci.com/api"), ("upstream.keys", "[]"),
            ("upstream.connect_timeout", "5s"),
            ("upstream.request_timeout", "30s"), ("upstream.on_server_error", "hold"),
            ("upstream.account_exclusive", "true"), ("store.url", "sqlite:data/gateway.db"),
            ("pricing.usd_per_second", "0.05"), ("pricing.hold_margin_percent", "10"),
            ("limits.token_requests_per_minute", "10"), ("limits.token_reads_per_minute", "600"),
            ("limits.open_jobs_per_team", "100"), ("submit.duplicate_window", "10s"), ("submit.slot_wait", "5s"),
            ("status.poll_min", "2s"), ("status.poll_max", "10s"), ("status.max_age", "2s"),
            ("videos.directory", "data/videos"), ("videos.max_bytes", "10GiB"),
            ("videos.allowed_hosts", "[storage.googleapis.com]"), ("videos.rewrite_urls", "false"),
            ("videos.link_ttl", "15m"), ("webhooks.retry_for", "24h"), ("webhooks.allowed_hosts", "[]"),
            ("audit.prompts", "false"), ("logging.level", "info"), ("logging.format", "text"),
        ])
    func promised(path: String, yaml: String) throws {
        let key = try #require(ConfigurationKey.all.first { $0.path == path })
        #expect(key.yaml(GatewayConfiguration()) == yaml)
    }

    @Test(
        "derives the address for clients from host and port",
        arguments: [
            ("127.0.0.1", "http://127.0.0.1:9"), ("0.0.0.0", "http://127.0.0.1:9"), ("::", "http://[::1]:9"),
            ("gateway.internal", "http://gateway.internal:9"), ("fe80::1", "http://[fe80::1]:9"),
        ])
    func baseURL(host: String, expected: String) {
        var port = GatewayConfiguration.PublicPort()
        port.host = host
        #expect(port.baseURL(boundPort: 9) == expected)
        port.configuredBaseURL = "https://video.example"
        #expect(port.baseURL(boundPort: 9) == "https://video.example")
    }

    private func checkedIn() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "config/gateway.yaml"), encoding: .utf8)
    }
}

@Suite("The list of keys") struct ConfigurationKeyTests {
    @Test("has each path and each variable once, in two parts, with a sentence")
    func unique() {
        let keys = ConfigurationKey.all
        #expect(Set(keys.map(\.path)).count == keys.count)
        #expect(Set(keys.map(\.environmentName)).count == keys.count)
        #expect(Set(keys.map(\.environmentName)).isDisjoint(with: ConfigurationEnvironment.others))
        for key in keys {
            #expect(key.path.split(separator: ".").count == 2, "\(key.path)")
            #expect(key.summary.hasSuffix(".") && !key.expected.isEmpty, "\(key.path)")
        }
    }

    @Test("names the variable by the path")
    func environmentName() {
        let names = ConfigurationKey.all.map(\.environmentName)
        #expect(names.contains("VINCI_GATEWAY_UPSTREAM_BASE_URL"))
        #expect(names.contains("VINCI_GATEWAY_PRICING_USD_PER_SECOND"))
    }

    @Test("keeps sections together")
    func sections() {
        let sections = ConfigurationKey.all.map(\.section)
        let runs = zip(sections, sections.dropFirst()).filter { $0 != $1 }.count + 1
        #expect(runs == Set(sections).count)
    }
}

/// A YAML text as the file `gateway.yaml`, with nothing else around it unless given.
func readConfiguration(
    _ yaml: String?, environment: [String: String] = [:], overrides: [ConfigurationOverride] = [],
    files: [String: String] = [:]
) throws(ConfigurationFailure) -> EffectiveConfiguration {
    try ConfigurationReader.read(
        ConfigurationInput(
            file: yaml.map { .init(name: "gateway.yaml", yaml: $0) }, environment: environment, overrides: overrides,
            readKeyFile: { path throws(UnreadableFile) in
                guard let text = files[path] else { throw UnreadableFile(reason: "no such file") }
                return text
            }))
}

/// What is wrong with it, a line per problem.
func configurationProblems(
    _ yaml: String?, environment: [String: String] = [:], overrides: [ConfigurationOverride] = [],
    files: [String: String] = [:]
) -> [String] {
    do {
        _ = try readConfiguration(yaml, environment: environment, overrides: overrides, files: files)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
