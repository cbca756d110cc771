import Foundation
import Testing

@testable import GatewayApp

@Suite("A wrong configuration") struct ConfigurationRefusalTests {
    /// A line of `gateway.yaml` below `section:`, and what is said about it.
    static let values: [(section: String, line: String, problem: String)] = [
        ("public", "host: a b", "public.host: expected a host name or IP address, found 'a b'"),
        ("public", "host:", "public.host: expected a host name or IP address, found nothing"),
        ("public", "port: 65536", "public.port: expected a whole number from 0 to 65535, found '65536'"),
        ("public", "port: -1", "public.port: expected a whole number from 0 to 65535, found '-1'"),
        ("public", "port: \"8080\"", "public.port: expected a whole number from 0 to 65535, found '8080' in quotes"),
        ("public", "port: 80.5", "public.port: expected a whole number from 0 to 65535, found '80.5'"),
        ("public", "port: 010", "public.port: expected a whole number from 0 to 65535, found '010'"),
        ("public", "port: 0x1F90", "public.port: expected a whole number from 0 to 65535, found '0x1F90'"),
        ("public", "port: [8080]", "public.port: expected a whole number from 0 to 65535, found a list of '8080'"),
        ("public", "port: { a: 1 }", "public.port: expected a whole number from 0 to 65535, found a mapping"),
        (
            "public", "base_url: ftp://x",
            "public.base_url: expected an http or https URL without query or credentials, or null, found 'ftp://x'"
        ),
        (
            "public", "base_url: https://x?a=1",
            "public.base_url: expected an http or https URL without query or credentials, or null, found 'https://x?a=1'"
        ),
        (
            "upstream", "base_url: http://tryvinci.com/api",
            "upstream.base_url: expected an https URL without query or credentials (http for a loopback host only), found 'http://tryvinci.com/api'"
        ),
        (
            "upstream", "base_url: http://127.evil.com",
            "upstream.base_url: expected an https URL without query or credentials (http for a loopback host only), found 'http://127.evil.com'"
        ),
        (
            "upstream", "connect_timeout: 5",
            "upstream.connect_timeout: expected a duration from 100ms to 1m (units ms, s, m, h), found '5'"
        ),
        (
            "upstream", "connect_timeout: 99ms",
            "upstream.connect_timeout: expected a duration from 100ms to 1m (units ms, s, m, h), found '99ms'"
        ),
        (
            "upstream", "connect_timeout: 61s",
            "upstream.connect_timeout: expected a duration from 100ms to 1m (units ms, s, m, h), found '61s'"
        ),
        (
            "upstream", "connect_timeout: 5 s",
            "upstream.connect_timeout: expected a duration from 100ms to 1m (units ms, s, m, h), found '5 s'"
        ),
        (
            "upstream", "connect_timeout: 99999999999999999999s",
            "upstream.connect_timeout: expected a duration from 100ms to 1m (units ms, s, m, h), found '99999999999999999999s'"
        ),
        (
            "upstream", "on_server_error: ignore",
            "upstream.on_server_error: expected one of hold, release, found 'ignore'"
        ),
        ("upstream", "account_exclusive: yes", "upstream.account_exclusive: expected true or false, found 'yes'"),
        (
            "store", "url: mysql://x",
            "store.url: expected sqlite:PATH or postgres://USER@HOST/DATABASE, found 'mysql://x'"
        ),
        (
            "store", "url: \"sqlite::memory:\"",
            "store.url: expected sqlite:PATH or postgres://USER@HOST/DATABASE, found 'sqlite::memory:' in quotes"
        ),
        (
            "pricing", "usd_per_second: 0",
            "pricing.usd_per_second: expected dollars from 0.000001 to 1000 with at most six decimals, such as 0.05, found '0'"
        ),
        (
            "pricing", "usd_per_second: 0.0000001",
            "pricing.usd_per_second: expected dollars from 0.000001 to 1000 with at most six decimals, such as 0.05, found '0.0000001'"
        ),
        (
            "pricing", "usd_per_second: 5e-2",
            "pricing.usd_per_second: expected dollars from 0.000001 to 1000 with at most six decimals, such as 0.05, found '5e-2'"
        ),
        (
            "pricing", "hold_margin_percent: -5%",
            "pricing.hold_margin_percent: expected a whole percentage from 0 to 1000, such as 10 or 10%, found '-5%'"
        ),
        (
            "limits", "token_requests_per_minute: 101",
            "limits.token_requests_per_minute: expected a whole number from 1 to 100, found '101'"
        ),
        (
            "videos", "max_bytes: 10GB",
            "videos.max_bytes: expected a size from 1MiB to 1024TiB (units B, KiB, MiB, GiB, TiB), found '10GB'"
        ),
        (
            "videos", "allowed_hosts: a.example",
            "videos.allowed_hosts: expected a list of host names, found 'a.example'"
        ),
        (
            "videos", "allowed_hosts: [a.example, '*.b']",
            "videos.allowed_hosts: expected a list of host names, found a list of 'a.example', '*.b' in quotes"
        ),
        ("videos", "directory: ''", "videos.directory: expected a path, found '' in quotes"),
        (
            "logging", "level: loud",
            "logging.level: expected one of trace, debug, info, notice, warning, error, critical, found 'loud'"
        ),
    ]

    @Test("names line, key, what was expected and what was found", arguments: values)
    func refused(section: String, line: String, problem: String) {
        #expect(configurationProblems("# a comment\n\(section):\n  \(line)\n") == ["gateway.yaml:3: \(problem)"])
    }

    @Test(
        "has an unknown key",
        arguments: [
            (
                "pubic:\n  port: 1\n",
                "gateway.yaml:1: pubic: expected a known key, found an unknown one, did you mean 'public'?"
            ),
            (
                "public:\n  prot: 1\n",
                "gateway.yaml:2: public.prot: expected a known key, found an unknown one, did you mean 'port'?"
            ),
            ("zebra: 1\n", "gateway.yaml:1: zebra: expected a known key, found an unknown one"),
            ("public: 8080\n", "gateway.yaml:1: public: expected a mapping of its keys, found '8080'"),
            ("- public\n", "gateway.yaml:1: expected a mapping of sections such as 'public', found a list of 'public'"),
        ])
    func unknown(yaml: String, problem: String) {
        #expect(configurationProblems(yaml) == [problem])
    }

    @Test("is reported as a whole, not a mistake at a time")
    func all() {
        let yaml = """
            public: { port: 70000, hots: x }
            logging:
              format: xml
            """
        let found = configurationProblems(yaml, environment: ["VINCI_GATEWAY_ADMIN_PORT": "x"])
        #expect(
            found.map { $0.prefix { $0 != " " } } == [
                "gateway.yaml:1:", "gateway.yaml:1:", "gateway.yaml:3:", "VINCI_GATEWAY_ADMIN_PORT:",
            ])
    }

    @Test("has a key twice")
    func duplicate() {
        #expect(
            configurationProblems("admin:\n  port: 1\npublic:\n  port: 1\n  host: x\n  port: 2\n")
                == ["gateway.yaml:4: port: expected each key once, found it again further down in the same mapping"])
    }

    @Test("is no YAML at all, and the file is not quoted")
    func syntax() {
        let found = configurationProblems("public:\n  host: \"sk-secret\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("gateway.yaml:3: expected valid YAML, found: ") == true)
        #expect(!found.joined().contains("secret"))
    }

    @Test(
        "breaks a rule about two keys",
        arguments: [
            (
                "status: { poll_min: 11s }",
                "gateway.yaml:1: status.poll_min: expected poll_min to be at most poll_max, found 11s and 10s"
            ),
            (
                "status: { poll_max: 1s }",
                "gateway.yaml:1: status.poll_max: expected poll_min to be at most poll_max, found 2s and 1s"
            ),
            (
                "admin: { port: 8080 }",
                "gateway.yaml:1: admin.port: expected different ports for clients and admins, found 8080 twice"
            ),
            (
                "public: { port: 8081, host: 0.0.0.0 }",
                "gateway.yaml:1: public.port: expected different ports for clients and admins, found 8081 twice"
            ),
        ])
    func together(yaml: String, problem: String) {
        #expect(configurationProblems(yaml) == [problem])
    }

    @Test(
        "never shows what may be a secret",
        arguments: [
            "store: { url: 'postgress://gateway:hunter22@db/x' }", "store: { url: 'postgres//g:hunter22@db' }",
            "public: { host: sk-hunter22_ }",
            "public: { sk-hunter22: 1 }", "upstream: { keys: [hunter22] }", "upstream: { keys: hunter22 }",
            "upstream: { keys: [{ id: main, env: hunter22 }] }",
            "upstream: { keys: [{ id: main, api_key: hunter22 }] }",
            "upstream: { keys: [{ id: main, file: sk-hunter22 }] }",
            "upstream: { keys: [{ id: sk-hunter22, env: A }] }",
        ])
    func secret(yaml: String) {
        let found = configurationProblems(yaml).joined(separator: "\n")
        #expect(!found.isEmpty)
        #expect(!found.contains("hunter22"))
    }
}
