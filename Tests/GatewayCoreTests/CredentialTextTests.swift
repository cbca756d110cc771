import GatewayCore
import GatewayTesting
import Testing

@Suite("A token's text") struct TokenTextTests {
    @Test("is its prefix, 32 random characters and their checksum; it is read back", arguments: TokenText.Kind.allCases)
    func form(kind: TokenText.Kind) throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<100 {
            let token = TokenText(kind, using: &random)
            let text = token.secret.reveal()
            #expect(text.hasPrefix(kind.prefix))
            #expect(text.utf8.count == kind.prefix.utf8.count + 38)
            #expect(TokenText(kind, parsing: text) == token)
            for other in TokenText.Kind.allCases where other != kind { #expect(TokenText(other, parsing: text) == nil) }
        }
    }

    // CRC-32 as zlib has it: crc32(b"sk-vgw-" + 32 characters), checked with Python's zlib.
    @Test(
        "has the checksum that other programs compute",
        arguments: [
            ("sk-vgw-00000000000000000000000000000000", "49wnyo"),
            ("sk-vgw-0123456789ABCDEFGHIJKLMNOPQRSTUV", "0aFoq5"),
            ("sk-vgw-zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "3JxB00"),
        ])
    func checksum(body: String, sum: String) { #expect(TokenText(.local, parsing: body + sum) != nil) }

    @Test("with any one character changed, left out or doubled is not a token", arguments: SeededRandom.seeds(5))
    func everyChangeIsSeen(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let text = Array(TokenText(.local, using: &random).secret.reveal().utf8)
        for position in text.indices {
            for byte in UInt8(0x20)...0x7E where byte != text[position] {
                var changed = text
                changed[position] = byte
                let isToken = TokenText(.local, parsing: String(decoding: changed, as: UTF8.self)) != nil
                #expect(!isToken, "seed \(seed): position \(position) changed to \(byte)")
            }
            var (shorter, longer) = (text, text)
            shorter.remove(at: position)
            longer.insert(text[position], at: position)
            for other in [shorter, longer] {
                #expect(TokenText(.local, parsing: String(decoding: other, as: UTF8.self)) == nil, "seed \(seed)")
            }
        }
    }

    @Test("with two neighbours exchanged is not a token")
    func exchange() {
        var random = SeededRandom(seed: 3)
        let text = Array(TokenText(.local, using: &random).secret.reveal().utf8)
        for position in text.indices.dropLast() where text[position] != text[position + 1] {
            var changed = text
            changed.swapAt(position, position + 1)
            #expect(TokenText(.local, parsing: String(decoding: changed, as: UTF8.self)) == nil)
        }
    }

    @Test("shows its prefix and four characters of the checksum only")
    func preview() {
        var random = SeededRandom(seed: 1)
        let token = TokenText(.local, using: &random)
        #expect(token.preview == "sk-vgw-…" + token.secret.reveal().suffix(4))
    }

    @Test("is never printed")
    func secrecy() {
        var random = SeededRandom(seed: 1)
        let token = TokenText(.local, using: &random)
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", "\(token.secret)", String(reflecting: token), dumped, "\([token.secret])"] {
            #expect(!text.contains(token.secret.reveal().dropFirst(7)))
            #expect(text.contains("***"))
        }
    }
}

@Suite("An id") struct IdentifierTests {
    @Test(
        "of a team is 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit",
        arguments: [
            ("a", true), ("marketing", true), ("0", true), ("a-b_c", true), (String(repeating: "x", count: 64), true),
            (String(repeating: "x", count: 65), false), ("", false), ("-a", false), ("_a", false), ("A", false),
            ("a b", false), ("a/b", false), ("é", false), ("a\u{301}", false), ("a\0", false), ("a.", false),
        ])
    func teams(text: String, isID: Bool) {
        #expect((TeamID(text) != nil) == isID)
        #expect((UpstreamKeyID(text) != nil) == isID)
    }

    @Test("of a key, an administrator or a job is read back, and nothing else is", arguments: SeededRandom.seeds(50))
    func generated(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let texts = [
            KeyID(using: &random).text, AdminTokenID(using: &random).text, JobID(at: .testStart, using: &random).text,
        ]
        for (number, text) in texts.enumerated() {
            let isRead = [KeyID(text) != nil, AdminTokenID(text) != nil, JobID(text) != nil]
            #expect(isRead == [0, 1, 2].map { $0 == number }, "seed \(seed): \(text)")
            for spoilt in [text + "0", String(text.dropLast()), text.dropLast() + "-", text.uppercased(), " " + text] {
                #expect(KeyID(spoilt) == nil && AdminTokenID(spoilt) == nil && JobID(spoilt) == nil, "\(spoilt)")
            }
        }
    }

    @Test("of a later job sorts later, also after decades", arguments: SeededRandom.seeds(50))
    func jobsInOrder(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let start = Int64.random(in: 0...4_000_000_000_000_000, using: &random)
        let step = Int64.random(in: 1_000...10_000_000_000, using: &random)
        let ids = (0..<50).map { JobID(at: Timestamp(microseconds: start + $0 * step), using: &random) }
        #expect(ids == ids.sorted(), "seed \(seed)")
        #expect(ids.map(\.text) == ids.map(\.text).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    @Test("is not given twice in one millisecond")
    func jobsAreUnique() {
        var random = SystemRandomNumberGenerator()
        let ids = Set((0..<10_000).map { _ in JobID(at: .testStart, using: &random) })
        #expect(ids.count == 10_000)
    }
}

@Suite("Who acted") struct ActorTests {
    @Test("is written and read back")
    func roundTrip() {
        var random = SeededRandom(seed: 1)
        let actors: [Actor] = [
            .token(KeyID(using: &random)), .admin(AdminTokenID(using: &random)), .gateway("tracker"),
            .gateway("a:b"), .anonymous,
        ]
        for actor in actors { #expect(Actor(actor.text) == actor) }
        for text in ["", "nobody", "token", "anonymous:x", "token:"] { #expect(Actor(text) == nil) }
    }
}
