import NIOCore
import Testing

@testable import GatewayHTTP

@Suite("A form") struct MultipartParserTests {
    /// A part as the parser tells it, its bytes in one piece.
    struct Part: Equatable {
        var name: String
        var isFile: Bool
        var content: [UInt8]
    }

    private static func parse(
        _ pieces: [ArraySlice<UInt8>], boundary: String = Forms.boundary
    ) throws(MultipartFault) -> [Part] {
        guard let boundary = MultipartBoundary(boundary) else { return [] }
        var parser = MultipartParser(boundary: boundary)
        var parts: [Part] = []
        for piece in pieces {
            parser.feed(ByteBuffer(bytes: piece))
            while let event = try parser.next() {
                switch event {
                case .partBegan(let head): parts.append(Part(name: head.name, isFile: head.isFile, content: []))
                case .bytes(let bytes): parts[parts.count - 1].content += Array(buffer: bytes)
                case .partEnded: break
                }
            }
        }
        try parser.finish()
        return parts
    }

    private static func parse(_ body: String, boundary: String = Forms.boundary) throws(MultipartFault) -> [Part] {
        try parse([Array(body.utf8)[...]], boundary: boundary)
    }

    @Test("from python-requests is read")
    func pythonRequests() throws {
        let body =
            "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nhé \"q\"\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"duration_seconds\"\r\n\r\n6\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a %22b%22.jpg\"\r\n\r\nJPEG\r\n--b--\r\n"
        let expected = [
            Part(name: "prompt", isFile: false, content: Array("hé \"q\"".utf8)),
            Part(name: "duration_seconds", isFile: false, content: Array("6".utf8)),
            Part(name: "image", isFile: true, content: Array("JPEG".utf8)),
        ]
        #expect(try Self.parse(body, boundary: "b") == expected)
    }

    @Test("from fetch with FormData (undici) is read")
    func undici() throws {
        let boundary = "----formdata-undici-063113847190"
        let body =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a %22b%22%0A.jpg\"\r\n"
            + "Content-Type: image/jpeg\r\n\r\n\u{1}\u{2}\u{3}\r\n"
            + "--\(boundary)\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nhé \"q\"\r\nx\r\n"
            + "--\(boundary)--\r\n"
        let expected = [
            Part(name: "image", isFile: true, content: [1, 2, 3]),
            Part(name: "prompt", isFile: false, content: Array("hé \"q\"\r\nx".utf8)),
        ]
        #expect(try Self.parse(body, boundary: boundary) == expected)
    }

    @Test(
        "may name its files in any way that a client does",
        arguments: [
            "name=\"image\"; filename=\"a.jpg\"", "name=image; filename=a.jpg",
            "name=\"image\"; filename=\"a\\\"b\\\\.jpg\"",
            "name=\"image\"; filename=\"C:\\photos\\new.jpg\"", "name=\"image\"; filename*=UTF-8''na%C3%AFve.jpg",
            "name=\"image\"; filename=\"ä.jpg\"; filename*=UTF-8''%C3%A4.jpg", "filename=\"\"; name=\"image\"",
            "NAME=\"image\";FILENAME=\"x\"",
        ])
    func names(disposition: String) throws {
        let body = Forms.part(disposition, [7]) + Forms.end()
        #expect(try Self.parse([body[...]]) == [Part(name: "image", isFile: true, content: [7])])
    }

    @Test("without a line end after its last boundary is complete, and so is an empty one")
    func endings() throws {
        #expect(
            try Self.parse(String(decoding: Forms.part("name=\"a\"", []), as: UTF8.self) + "--\(Forms.boundary)--")
                .count == 1)
        #expect(try Self.parse("--\(Forms.boundary)--\r\n") == [])
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let body: String
        let fault: MultipartFault

        init(_ body: String, _ fault: MultipartFault) {
            self.body = body
            self.fault = fault
        }

        var testDescription: String { "\(fault)" }
    }

    static let refused: [Refused] = [
        Refused("", .cutOff),
        Refused("--b", .cutOff),
        Refused("hello --b", .noOpeningBoundary),
        Refused("\r\n--b\r\n", .noOpeningBoundary),
        Refused("--c\r\n", .noOpeningBoundary),
        Refused("--bb\r\n", .boundaryLine),
        Refused("--b \r\n", .boundaryLine),
        Refused("--b\n", .boundaryLine),
        Refused("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", .cutOff),
        Refused("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b", .cutOff),
        Refused("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--bx", .boundaryLine),
        Refused("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\nmore", .trailingBytes),
        Refused("--b--\r\n\r\n", .trailingBytes),
        Refused("--b--x", .trailingBytes),
        Refused("--b--\r", .trailingBytes),
        Refused("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", .noName),
        Refused("--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--", .noName),
        Refused("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", .noName),
        Refused("--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--b--", .noName),
        Refused("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--", .noName),
        Refused("--b\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nx\r\n--b--", .noName),
        Refused("--b\r\nContent-Disposition: form-data; name=\"a\"x\r\n\r\nx\r\n--b--", .noName),
        Refused("--b\r\nnonsense\r\n\r\nx\r\n--b--", .partHeader),
        Refused("--b\r\nContent Disposition: x\r\n\r\nx\r\n--b--", .partHeader),
        Refused("--b\r\n: x\r\n\r\nx\r\n--b--", .partHeader),
        Refused("--b\r\nX: a\nY: b\r\n\r\nx\r\n--b--", .partHeader),
        Refused("--b\r\nX: a\r\n folded\r\n\r\nx\r\n--b--", .partHeader),
        Refused("--b\r\nX: a\r\nx: b\r\n\r\nx\r\n--b--", .partHeader),
        Refused(
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
            .transferEncoding
        ),
        Refused(
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=latin1\r\n\r\nx\r\n--b--",
            .charset
        ),
        Refused("--b\r\nX: " + String(repeating: "a", count: 9000), .partHeadTooLarge(max: 8192)),
        Refused(
            String(repeating: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", count: 9) + "--b--",
            .tooManyParts(max: 8)
        ),
    ]

    @Test("that is damaged is refused by what is wrong with it", arguments: refused)
    func isRefused(refused: Refused) {
        #expect(throws: refused.fault) { try Self.parse(refused.body, boundary: "b") }
    }

    @Test("has a boundary of 1 to 70 of the characters that RFC 2046 allows")
    func boundaries() {
        for text in [
            "a", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "'()+_,-./:=?", "a b", String(repeating: "a", count: 70),
        ] {
            #expect(MultipartBoundary(text) != nil, "\(text)")
        }
        for text in ["", "a ", "a\r\n", "ä", "a;b", String(repeating: "a", count: 71)] {
            #expect(MultipartBoundary(text) == nil, "\(text)")
        }
    }

    /// Content in which almost every byte could begin the delimiter.
    private static func content(_ random: inout SeededGenerator) -> [UInt8] {
        let pieces = ["\r", "\n", "-", "\r\n", "\r\n--", "\r\n--b", "\r\n-", "b", "x", "\r\n--bo"]
        let text = (0..<Int.random(in: 0...20, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
        return Array(text.utf8)
    }

    @Test("is the same form however its bytes are cut", arguments: SeededGenerator.seeds(12))
    func splits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let boundary = "bou"
        let parts = (0..<Int.random(in: 1...3, using: &random)).map { index in
            Part(name: "p\(index)", isFile: Bool.random(using: &random), content: Self.content(&random))
        }
        guard !parts.contains(where: { String(decoding: $0.content, as: UTF8.self).contains("\r\n--bou") }) else {
            return
        }
        let body =
            parts.flatMap { part in
                Forms.part(
                    "name=\"\(part.name)\"" + (part.isFile ? "; filename=\"f\"" : ""), part.content, boundary: boundary)
            } + Forms.end(boundary)
        for cut in 0...body.count {
            #expect(
                try Self.parse([body[..<cut], body[cut...]], boundary: boundary) == parts, "seed \(seed), cut \(cut)")
        }
        #expect(try Self.parse(body.indices.map { body[$0...$0] }, boundary: boundary) == parts, "seed \(seed), bytes")
        var rest = body[...]
        var pieces: [ArraySlice<UInt8>] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(rest.count, 9), using: &random)
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(try Self.parse(pieces, boundary: boundary) == parts, "seed \(seed), pieces")
    }

    @Test("that is damaged anywhere gives the same verdict however it is cut", arguments: SeededGenerator.seeds(15))
    func damage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var body = Forms.order(image: Self.content(&random))
            switch Int.random(in: 0...2, using: &random) {
            case 0: body.removeLast(Int.random(in: 1...body.count, using: &random))
            case 1:
                body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            default:
                body.insert(
                    UInt8.random(in: .min ... .max, using: &random), at: Int.random(in: 0...body.count, using: &random))
            }
            let whole = Result { () throws(MultipartFault) in try Self.parse([body[...]]) }
            let bytes = Result { () throws(MultipartFault) in try Self.parse(body.indices.map { body[$0...$0] }) }
            #expect(whole == bytes, "seed \(seed)")
        }
    }
}
