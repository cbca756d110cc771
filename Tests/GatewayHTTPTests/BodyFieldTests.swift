import GatewayCore
import GatewayHTTP
import NIOCore
import Testing
import VinciAPI

@Suite("The fields of a request") struct BodyFieldTests {
    /// The detail that a client reads when `read` refuses.
    private func detail(
        _ json: String, _ read: (inout FieldReader) throws(InvalidField) -> Void
    ) throws -> String? {
        var fields = FieldReader(try StrictJSON.object(ByteBuffer(string: json)))
        do throws(InvalidField) {
            try read(&fields)
            try fields.end()
            return nil
        } catch {
            return error.detail
        }
    }

    private func readOrder(_ fields: inout FieldReader) throws(InvalidField) {
        _ = try fields.required("prompt", .text(characters: 1...20))
        _ = try fields.optional("duration_seconds", .wholeNumber(in: 1...10))
        _ = try fields.optional("aspect_ratio", .choice(AspectRatio.self))
        _ = try fields.optional("seed", .wholeNumber(in: -1...Int.max))
    }

    static let orders: [(String, String?)] = [
        ("{\"prompt\":\"a\"}", nil),
        (
            "{\"prompt\":\"a\\nb\\tc\",\"duration_seconds\":10,\"aspect_ratio\":\"9:16\",\"seed\":9007199254740993}",
            nil
        ),
        ("{\"prompt\":\"a\",\"duration_seconds\":5.0}", nil),
        ("{\"prompt\":\"\u{1F600}\(String(repeating: "é", count: 19))\"}", nil),
        ("{}", "prompt is required and must be text of 1 to 20 characters, without control characters."),
        ("{\"prompt\":\"\"}", "prompt must be text of 1 to 20 characters, without control characters."),
        ("{\"prompt\":\"a\\u0000\"}", "prompt must be text of 1 to 20 characters, without control characters."),
        ("{\"prompt\":null}", "prompt must be text of 1 to 20 characters, without control characters, not null."),
        ("{\"prompt\":5}", "prompt must be text of 1 to 20 characters, without control characters, not a number."),
        ("{\"prompt\":\"a\",\"duration_seconds\":11}", "duration_seconds must be a whole number from 1 to 10."),
        ("{\"prompt\":\"a\",\"duration_seconds\":5.5}", "duration_seconds must be a whole number from 1 to 10."),
        ("{\"prompt\":\"a\",\"duration_seconds\":1e30}", "duration_seconds must be a whole number from 1 to 10."),
        (
            "{\"prompt\":\"a\",\"duration_seconds\":\"5\"}",
            "duration_seconds must be a whole number from 1 to 10, not a string."
        ),
        (
            "{\"prompt\":\"a\",\"duration_seconds\":true}",
            "duration_seconds must be a whole number from 1 to 10, not a boolean."
        ),
        ("{\"prompt\":\"a\",\"aspect_ratio\":\"4:3\"}", "aspect_ratio must be one of \"16:9\", \"9:16\", \"1:1\"."),
        ("{\"prompt\":\"a\",\"seed\":-2}", "seed must be a whole number of at least -1."),
        ("{\"prompt\":\"a\",\"model\":\"x\"}", "model is not a known field."),
        (
            "{\"prompt\":\"a\",\"z\":1,\"b\":1,\"c\":1}",
            "b is not a known field, and neither are others: c, z."
        ),
    ]

    @Test("are read by name and rule, and refused by name and rule", arguments: orders)
    func order(json: String, expected: String?) throws {
        #expect(try detail(json, readOrder) == expected)
    }

    @Test("are shown cleaned and cut when their names are hostile")
    func hostileNames() throws {
        let detail = try detail("{\"\\u202e\\u0007<script>\(String(repeating: "a", count: 500))\":1}") { _ in }
        #expect(detail == "??<script>\(String(repeating: "a", count: 54)) is not a known field.")
    }

    @Test("hold exact amounts of dollars")
    func amounts() throws {
        let rule = FieldRule<MicroUSD>.usd(in: .zero...MicroUSD(count: 1_000_000_000))
        let text = "limit_usd must be an amount of US dollars from 0.00 to 1000.00 with at most six decimals"
        let cases: [(String, Int64?, String?)] = [
            ("50", 50_000_000, nil), ("0.000001", 1, nil), ("50.10", 50_100_000, nil), ("1e2", 100_000_000, nil),
            ("0.0000001", nil, "\(text)."), ("-1", nil, "\(text)."), ("1001", nil, "\(text)."),
            ("\"50\"", nil, "\(text), not a string."),
        ]
        for (json, micros, expected) in cases {
            var amount: MicroUSD?
            let detail = try detail("{\"limit_usd\":\(json)}") { fields throws(InvalidField) in
                amount = try fields.required("limit_usd", rule)
            }
            #expect(amount?.count == micros, "\(json)")
            #expect(detail == expected, "\(json)")
        }
    }

    @Test("hold times, flags and lists, in JSON and as text alike")
    func kinds() throws {
        let json = FieldReader(
            try StrictJSON.object(
                ByteBuffer(string: "{\"at\":\"1970-01-01T01:00:01+01:00\",\"on\":true,\"of\":[80,100]}")))
        let text = FieldReader(texts: ["at": "1970-01-01T00:00:01Z", "on": "true", "of": "80,100"])
        for fields in [json, text] {
            var fields = fields
            #expect(try fields.required("at", .timestamp) == Timestamp(microseconds: 1_000_000))
            #expect(try fields.required("on", .boolean) == true)
            #expect(try fields.required("of", .list(of: .wholeNumber(in: 1...100), count: 1...5)) == [80, 100])
            #expect(throws: Never.self) { try fields.end() }
        }
    }

    @Test("break a list's rule with one of its elements")
    func brokenList() throws {
        let detail = try detail("{\"of\":[80,\"x\"]}") { fields throws(InvalidField) in
            _ = try fields.required("of", .list(of: .wholeNumber(in: 1...100), count: 1...5))
        }
        #expect(
            detail == "of must be a list of 1 to 5 elements, each of which must be a whole number from 1 to 100.")
    }

    @Test("as text are numbers by their digits only", arguments: ["+5", "5.0", " 5", "5 ", "0x5", "", "5e0", "٥"])
    func digits(text: String) {
        var fields = FieldReader(texts: ["days": text])
        #expect(throws: InvalidField("days", "must be a whole number from 1 to 90")) {
            try fields.optional("days", .wholeNumber(in: 1...90))
        }
    }
}

@Suite("A query") struct BodyQueryTests {
    @Test("is split into its parameters and decoded")
    func split() throws {
        #expect(try QueryText.parameters(nil) == [:])
        #expect(try QueryText.parameters("") == [:])
        #expect(
            try QueryText.parameters("a=1&b=x%20y+z&c=&d=e=f&g=%E2%82%AC") == [
                "a": "1", "b": "x y z", "c": "", "d": "e=f", "g": "€",
            ])
    }

    @Test(
        "that is malformed or says a thing twice is refused",
        arguments: [
            ("a", "The query must be made of name=value pairs with '&' between them."),
            ("=1", "The query must be made of name=value pairs with '&' between them."),
            ("a=1&", "The query must be made of name=value pairs with '&' between them."),
            ("a=1&a=2", "a must be given once."),
            ("a=1&%61=2", "a must be given once."),
            ("a=%", "a must be well-formed percent-encoded UTF-8."),
            ("a=%2", "a must be well-formed percent-encoded UTF-8."),
            ("a=%gg", "a must be well-formed percent-encoded UTF-8."),
            ("a=%C3", "a must be well-formed percent-encoded UTF-8."),
            ("a=%C0%80", "a must be well-formed percent-encoded UTF-8."),
            ("%FF=1", "The query must name its parameters in well-formed percent-encoded UTF-8."),
        ])
    func refused(query: String, detail: String) {
        let refusal = #expect(throws: InvalidField.self) { try QueryText.parameters(query) }
        #expect(refusal?.detail == detail)
    }
}
