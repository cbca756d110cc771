import GatewayCore
import Testing

@Suite("A URL that others chose") struct DestinationTests {
    private static let videos = DestinationRules(hosts: .listed(["storage.googleapis.com"]), allowsLoopback: false)
    private static let hooks = DestinationRules(hosts: .anyPublic, allowsLoopback: false)
    private static let demo = DestinationRules(hosts: .listed(["storage.googleapis.com"]), allowsLoopback: true)

    @Test(
        "is taken as it is written, host in lower case, the usual port left out",
        arguments: [
            ("https://storage.googleapis.com/v/1.mp4?X-Goog-Signature=ab%2Fcd&x=1+2;y", nil),
            ("HTTPS://Storage.GoogleAPIs.com/a//b/../c", "https://storage.googleapis.com/a//b/../c"),
            ("https://storage.googleapis.com", "https://storage.googleapis.com/"),
            ("https://storage.googleapis.com:443/", "https://storage.googleapis.com/"),
            ("https://storage.googleapis.com:8443?q", "https://storage.googleapis.com:8443/?q"),
        ])
    func taken(text: String, form: String?) throws {
        let url = try Self.videos.check(text)
        #expect(url.text == form ?? text)
    }

    @Test(
        "is refused by the rule that it breaks",
        arguments: [
            ("http://storage.googleapis.com/v.mp4", .notHTTPS), ("ftp://storage.googleapis.com/", .unknownScheme),
            ("//storage.googleapis.com/", .unknownScheme), ("storage.googleapis.com", .unknownScheme),
            ("file:///etc/passwd", .unknownScheme), ("", .unknownScheme), (" https://a.example/", .unknownScheme),
            ("https://user:pw@storage.googleapis.com/", .credentials),
            ("https://storage.googleapis.com@evil.example/", .credentials),
            ("https://storage.googleapis.com#@evil.example/", .fragment),
            ("https://storage.googleapis.com\\@evil.example/", .credentials),
            ("https://storage.googleapis.com\\.evil.example/", .invalidHost),
            ("https://storage.googleapis.com./", .invalidHost), ("https:///v.mp4", .invalidHost),
            ("https://%73torage.googleapis.com/", .invalidHost), ("https://storage_1.example/", .invalidHost),
            ("https://\u{212A}ey.example/", .invalidHost), ("https://b\u{fc}cher.example/", .invalidHost),
            ("https://storage.googleapis.com:0/", .invalidPort), ("https://storage.googleapis.com:/", .invalidPort),
            ("https://storage.googleapis.com:65536/", .invalidPort), ("https://a:1:2/", .invalidHost),
            ("https://storage.googleapis.com/a b", .invalidCharacter),
            ("https://storage.googleapis.com/a\r\nHost: evil", .invalidCharacter),
            ("https://storage.googleapis.com/%zz", .invalidCharacter),
            ("https://storage.googleapis.com/%2", .invalidCharacter),
            ("https://storage.googleapis.com/<svg>", .invalidCharacter),
            ("https://storage.googleapis.com/\u{e9}", .invalidCharacter),
            ("https://storage.googleapis.com/#f", .fragment),
            ("https://storage.googleapis.com/" + String(repeating: "a", count: 4096), .tooLong),
        ] as [(String, DestinationProblem)])
    func refused(text: String, problem: DestinationProblem) {
        #expect(throws: problem) { try Self.videos.check(text) }
    }

    @Test(
        "leads to listed hosts only, where there is a list",
        arguments: [
            "https://evil.example/", "https://storage.googleapis.com.evil.example/", "https://googleapis.com/",
            "https://a.storage.googleapis.com/", "https://142.250.74.123/", "https://localhost/", "https://[::1]/",
        ])
    func unlisted(text: String) throws {
        let host = try DestinationURL(text).host
        #expect(throws: DestinationProblem.hostNotAllowed(host)) { try Self.videos.check(text) }
    }

    @Test(
        "names no address of the inside, in whatever spelling",
        arguments: [
            "https://127.0.0.1/", "https://10.0.0.1:8443/", "https://169.254.169.254/latest/meta-data",
            "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fd00:ec2::254]/", "https://[64:ff9b::7f00:1]/",
            "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/",
            "https://017700000001/", "https://127.0.0.1./", "https://[fe80::1%25eth0]/", "https://0/",
            "https://1.1.1.1.1/", "https://a.0x1/",
        ])
    func inside(text: String) { #expect(throws: DestinationProblem.self) { try Self.hooks.check(text) } }

    @Test("may name a public address where any public host will do") func publicAddress() throws {
        #expect(try Self.hooks.check("https://142.250.74.123/hook").host.address == .v4(0x8EFA_4A7B))
        #expect(try Self.hooks.check("https://[2606:4700::1111]:8443/hook").port == 8443)
    }

    @Test("is refused when one of its host's addresses is not public, whichever comes first") func anyPrivate() throws {
        let url = try Self.videos.check("https://storage.googleapis.com/v.mp4")
        let open = try #require(IPAddress("142.250.74.123"))
        for text in ["10.0.0.7", "127.0.0.1", "::1", "fd00::1", "169.254.169.254"] {
            let inner = try #require(IPAddress(text))
            for addresses in [[open, inner], [inner, open], [inner]] {
                #expect(throws: DestinationProblem.addressNotPublic(url.host, inner)) {
                    try Self.videos.check(addresses, of: url)
                }
            }
        }
        #expect(throws: DestinationProblem.noAddress(url.host)) { try Self.videos.check([], of: url) }
        #expect(try Self.videos.check([open], of: url) == [open])
    }

    @Test("may lead to this machine while Vinci itself is there, and then over plain http") func loopback() throws {
        let loopback = try #require(IPAddress("127.0.0.1"))
        for text in ["http://127.0.0.1:9000/v.mp4", "http://localhost:9000/v", "http://[::1]/v", "https://localhost/"] {
            let url = try Self.demo.check(text)
            #expect(try Self.demo.check([loopback], of: url) == [loopback])
            #expect(throws: DestinationProblem.self) { try Self.videos.check(text) }
        }
        // Nobody outside gets plain http for it, not even by a name that leads elsewhere than its text says.
        #expect(throws: DestinationProblem.notHTTPS) { try Self.demo.check("http://storage.googleapis.com/v") }
        let named = try Self.demo.check("http://localhost/v")
        for text in ["8.8.8.8", "10.0.0.1", "0.0.0.0"] {
            #expect(throws: DestinationProblem.self) {
                try Self.demo.check([try #require(IPAddress(text))], of: named)
            }
        }
    }

    @Test("does not show its path or query when it is printed") func secret() throws {
        let url = try Self.videos.check("https://storage.googleapis.com/v.mp4?X-Goog-Signature=c0ffee")
        var dumped = ""
        dump(url, to: &dumped)
        for text in ["\(url)", String(reflecting: url), dumped] { #expect(!text.contains("c0ffee")) }
    }
}
