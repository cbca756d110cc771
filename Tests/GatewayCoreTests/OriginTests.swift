import GatewayCore
import Testing

@Suite("An origin") struct OriginTests {
    @Test(
        "has one form: scheme and host in lower case, the usual port left out",
        arguments: [
            ("https://app.example", "https://app.example"), ("HTTPS://App.Example", "https://app.example"),
            ("https://app.example:443", "https://app.example"), ("http://app.example:80", "http://app.example"),
            ("https://app.example:80", "https://app.example:80"), ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:5173", "http://127.0.0.1:5173"), ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://[2001:DB8::1]", "http://[2001:db8::1]"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("https://a.example:65535", "https://a.example:65535"),
        ])
    func accepted(text: String, form: String) throws {
        #expect(try #require(Origin(text)).text == form)
        #expect(Origin(form)?.text == form)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "null", "*", "app.example", "https://", "https://*", "https://*.app.example", "ftp://app.example",
            "file://", "https://app.example/", "https://app.example/path", "https://app.example?x",
            "https://app.example#x",
            "https://user@app.example", "https://user:pw@app.example", "https://app.example:0",
            "https://app.example:65536",
            "https://app.example:", "https://app.example:080", "https://app.example:+80", "https://app.example:8o",
            "https://app.example:80:80", "https://app example", " https://app.example", "https://app.example ",
            "https://app.example,https://other.example", "https://app.example https://other.example", "https://[::1",
            "https://[]", "https://[::1]x", "https://[::g]", "https://bücher.example", "https://\u{212A}ey.example",
            "\u{212A}ttps://app.example", "https://app.example\r\nX: y", "https://app_1.example",
            "https://" + String(repeating: "a", count: 300),
        ])
    func refused(text: String) { #expect(Origin(text) == nil) }
}
