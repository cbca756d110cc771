import Foundation
import Testing
import VinciAPI

@Suite("Any JSON value") struct JSONValueTests {
    private func read(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test("keeps what was there, numbers exactly") func kinds() throws {
        let text = #"{"a":[1,0.1,-2e2,true,false,null,"x",{}],"b":{"c":12345678901.123456}}"#
        let tenth = try #require(Decimal(string: "0.1"))
        let large = try #require(Decimal(string: "12345678901.123456"))
        let list: [JSONValue] = [
            .number(1), .number(tenth), .number(-200), .bool(true), .bool(false), .null, .string("x"), .object([:]),
        ]
        #expect(try read(text) == .object(["a": .array(list), "b": .object(["c": .number(large)])]))
    }

    @Test("tells booleans and numbers apart") func booleans() throws {
        #expect(try read("[0,1,true]") == .array([.number(0), .number(1), .bool(true)]))
    }

    @Test("names its type") func names() throws {
        let names = [
            "null": "null", "true": "a boolean", "1": "a number", "\"\"": "a string", "[]": "an array",
            "{}": "an object",
        ]
        for (text, name) in names { #expect(try read(text).typeName == name) }
    }

    @Test("survives the way there and back") func roundTrip() throws {
        let value = try read(#"{"a":[1,0.1,true,null,"\u00e9\"\\/",{"b":[]}]}"#)
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
    }

    @Test("of a repeated key is the first one, whatever follows") func repeated() throws {
        #expect(try read(#"{"a":1,"a":2}"#) == .object(["a": .number(1)]))
    }

    @Test("nested deeply is read or refused, and never a crash", arguments: [10, 500, 600, 100_000])
    func nested(depth: Int) throws {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        if depth <= 500 {
            _ = try read(text)
        } else {
            #expect(throws: DecodingError.self) { try read(text) }
        }
    }

    @Test(
        "that is none is refused",
        arguments: [
            "", "{", "nul", "NaN", "Infinity", "-", "1e400", "[1e999]", "{a:1}", "'a'", "\"\\ud800\"", "1 2",
        ])
    func refused(text: String) {
        #expect(throws: DecodingError.self) { try read(text) }
    }
}
