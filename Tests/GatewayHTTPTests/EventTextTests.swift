import Testing

@testable import GatewayFlow
@testable import GatewayHTTP

@Suite("An event on the wire") struct EventTextTests {
    @Test(
        "has its data line by line, as clients join it again",
        arguments: [
            (#"{"a":1}"#, "data: {\"a\":1}\n\n"), ("", "data: \n\n"), ("a\nb", "data: a\ndata: b\n\n"),
            ("a\r\nb", "data: a\ndata: b\n\n"), ("a\rb\r\r\n", "data: a\ndata: b\ndata: \ndata: \n\n"),
            ("\n", "data: \ndata: \n\n"), ("a\u{2028}b\u{85}\u{b}\u{c}c", "data: a\u{2028}b\u{85}\u{b}\u{c}c\n\n"),
            ("id: 5\n\nevent: end", "data: id: 5\ndata: \ndata: event: end\n\n"),
        ])
    func lines(data: String, wire: String) {
        let event = StreamEvent(kind: .status, id: "7f")
        #expect(EventText.text(event, data: data) == "event: status\nid: 7f\n" + wire)
    }
}
