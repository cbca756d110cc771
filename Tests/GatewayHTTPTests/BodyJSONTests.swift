import Foundation
import GatewayHTTP
import HTTPTypes
import HummingbirdCore
import NIOCore
import Testing
import VinciAPI

@Suite("A JSON body") struct BodyJSONTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let json: String
        let detail: String

        init(_ json: String, _ detail: String) {
            self.json = json
            self.detail = detail
        }

        var testDescription: String { String(json.prefix(20)) }
    }

    static let refused: [Refused] = [
        Refused("", "is empty"),
        Refused("[]", "must be a JSON object"),
        Refused("5", "must be a JSON object"),
        Refused("null", "must be a JSON object"),
        Refused("{", "not well-formed JSON"),
        Refused("{\"a\":}", "not well-formed JSON at character 5"),
        Refused("{\"a\" 1}", "not well-formed JSON at character 5"),
        Refused("{'a':1}", "not well-formed JSON"),
        Refused("{\"a\":1} x", "not well-formed JSON"),
        Refused("{\"a\":01}", "not well-formed JSON"),
        Refused("{\"a\":NaN}", "not well-formed JSON"),
        Refused("{\"a\":\"\\ud800\"}", "not well-formed JSON"),
        Refused("{\"a\":\"\u{1}\"}", "not well-formed JSON"),
        Refused("{\"a\":1,}", "a comma stands before a closing bracket"),
        Refused("{\"a\":[1 , \n]}", "a comma stands before a closing bracket"),
        Refused("{\"a\":1e400}", "not well-formed JSON"),
        Refused("\u{FEFF}{}", "without a byte order mark"),
        Refused("{\"a\":" + String(repeating: "[", count: 8) + String(repeating: "]", count: 8) + "}", "deeper than 8"),
        Refused("{\"a\":" + String(repeating: "[", count: 30_000), "deeper than 8"),
    ]

    @Test("that is no JSON object in UTF-8 is refused, with the place where it is known", arguments: refused)
    func isRefused(refused: Refused) throws {
        let refusal = #expect(throws: BodyRefusal.self) { try StrictJSON.object(ByteBuffer(string: refused.json)) }
        let problem = try #require(refusal).problem
        #expect(problem.status == 400 && problem.detail.contains(refused.detail), "\(problem.detail)")
    }

    @Test("in another encoding is refused")
    func encodings() {
        let utf16 = ByteBuffer(bytes: "{}".utf16.flatMap { [UInt8($0), 0] })
        for bytes in [utf16, ByteBuffer(bytes: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])] {
            #expect(throws: BodyRefusal.self) { try StrictJSON.object(bytes) }
        }
    }

    @Test("keeps its numbers exact and is not confused by brackets and commas in strings")
    func accepted() throws {
        let object = try StrictJSON.object(
            ByteBuffer(string: "{\"a\":0.1,\"b\":\"[[[[[[[[[,]\\\\\\\",}\",\"c\":[1,2],\"d\":{\"e\":[[[[[[1]]]]]]}}"))
        #expect(object["a"] == Decimal(string: "0.1").map(JSONValue.number))
        #expect(object["b"] == .string("[[[[[[[[[,]\\\",}"))
        #expect(object["c"] == .array([.number(1), .number(2)]))
    }

    private func request(_ fields: HTTPFields, body: RequestBody) -> Request {
        Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/", headerFields: fields), body: body)
    }

    private func read(
        _ type: String?, _ body: String, length: Int? = nil, bytesMax: Int = 10
    ) async -> Result<ByteBuffer, BodyRefusal> {
        var fields = HTTPFields()
        fields[.contentType] = type
        fields[.contentLength] = length.map(String.init)
        let request = request(fields, body: RequestBody(buffer: ByteBuffer(string: body)))
        do throws(BodyRefusal) {
            return .success(try await TextBody.read(request, .forTests(), mediaType: .json, bytesMax: bytesMax))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "needs its type, and no other charset than UTF-8",
        arguments: [
            nil, "", "text/plain", "application/json; charset=latin1", "application/jsonx", "application/json; charset",
            "application/json; charset=utf-8; charset=utf-8", "application/json, text/html",
        ])
    func types(type: String?) async {
        let result = await read(type, "{}")
        guard case .failure(.unsupportedMediaType) = result else {
            Issue.record("\(type ?? "nil") was taken: \(result)")
            return
        }
    }

    @Test(
        "is taken as application/json in any spelling",
        arguments: [
            "application/json", "Application/JSON", "application/json;charset=UTF-8",
            "application/json; charset=\"utf-8\" ;",
        ])
    func spellings(type: String) async {
        #expect(await read(type, "{}") == .success(ByteBuffer(string: "{}")))
    }

    @Test("that is too large is refused by its length or by its bytes, and one that is too short is not taken")
    func sizes() async {
        let tooLarge = Result<ByteBuffer, BodyRefusal>.failure(
            .tooLarge(detail: "File too large. The request body must be at most 10 bytes."))
        #expect(await read("application/json", "", length: 11) == tooLarge)
        #expect(await read("application/json", "01234567890") == tooLarge)
        #expect(await read("application/json", "0123456789", length: 10) == .success(ByteBuffer(string: "0123456789")))
        #expect(await read("application/json", "012345678", length: 10) == .failure(.truncated))
    }
}
