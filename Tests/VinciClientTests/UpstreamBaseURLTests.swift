import Testing

@testable import VinciClient

@Suite("The upstream's base URL") struct UpstreamBaseURLTests {
    @Test(
        "is taken in its one spelling",
        arguments: [
            ("https://tryvinci.com/api", "https://tryvinci.com/api"),
            ("HTTPS://TryVinci.com/api/", "https://tryvinci.com/api"),
            ("https://tryvinci.com", "https://tryvinci.com"),
            ("https://tryvinci.com/", "https://tryvinci.com"),
            ("https://10.1.2.3:8443/a/b-c_d~e.f", "https://10.1.2.3:8443/a/b-c_d~e.f"),
            ("https://[2001:DB8::1]:444", "https://[2001:db8::1]:444"),
            ("http://localhost:8000/api", "http://localhost:8000/api"),
            ("http://127.0.0.1", "http://127.0.0.1"),
            ("http://127.8.9.10:1/api", "http://127.8.9.10:1/api"),
            ("http://[::1]:9/api", "http://[::1]:9/api"),
            ("http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]"),
        ])
    func taken(text: String, spelling: String) throws {
        #expect(try UpstreamBaseURL(text).description == spelling)
    }

    @Test(
        "is refused with the reason",
        arguments: [
            ("", UpstreamBaseURLProblem.unknownScheme), ("tryvinci.com", .unknownScheme),
            ("ftp://tryvinci.com", .unknownScheme), (" https://tryvinci.com", .unknownScheme),
            ("https:/tryvinci.com", .unknownScheme), ("unix:///run/x", .unknownScheme),
            ("http://tryvinci.com", .plainHTTPBeyondThisMachine(host: "tryvinci.com")),
            ("http://localhost.evil.com", .plainHTTPBeyondThisMachine(host: "localhost.evil.com")),
            ("http://128.0.0.1", .plainHTTPBeyondThisMachine(host: "128.0.0.1")),
            ("http://0.0.0.0", .plainHTTPBeyondThisMachine(host: "0.0.0.0")),
            ("http://[::2]", .plainHTTPBeyondThisMachine(host: "[::2]")),
            ("http://[::ffff:127.0.0.1]", .plainHTTPBeyondThisMachine(host: "[::ffff:127.0.0.1]")),
            ("https://user@tryvinci.com", .userInfo), ("https://u:p@tryvinci.com", .userInfo),
            ("https://127.0.0.1:80@evil.com/", .userInfo),
            ("https://tryvinci.com?x", .queryOrFragment), ("https://tryvinci.com/#a", .queryOrFragment),
            ("https://", .invalidHost), ("https:///api", .invalidHost), ("https://a..b", .invalidHost),
            ("https://a_b.com", .invalidHost), ("https://a b.com", .invalidHost), ("https://é.com", .invalidHost),
            ("https://-a.com", .invalidHost), ("https://tryvinci.com.", .invalidHost), ("https://a\\b", .invalidHost),
            ("https://a%2eb", .invalidHost), ("https://[::1", .invalidHost), ("https://[fe80::1%25lo]", .invalidHost),
            ("https://[127.0.0.1]", .invalidHost), ("https://::1", .invalidHost),
            ("http://127.1", .invalidHost), ("http://2130706433", .invalidHost), ("http://0177.0.0.1", .invalidHost),
            ("http://127.0.0.0x1", .invalidHost), ("http://127.0.0.256", .invalidHost),
            ("https://tryvinci.com:", .invalidPort), ("https://tryvinci.com:0", .invalidPort),
            ("https://tryvinci.com:65536", .invalidPort), ("https://tryvinci.com:+80", .invalidPort),
            ("https://tryvinci.com//api", .invalidPath), ("https://tryvinci.com/api//", .invalidPath),
            ("https://tryvinci.com/../x", .invalidPath), ("https://tryvinci.com/%2e", .invalidPath),
            ("https://tryvinci.com/a b", .invalidPath), ("https://tryvinci.com/a\r\nX: y", .invalidPath),
        ])
    func refused(text: String, problem: UpstreamBaseURLProblem) {
        #expect(throws: problem) { try UpstreamBaseURL(text) }
        #expect(!problem.description.isEmpty)
    }
}
