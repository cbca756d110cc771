import Foundation
import GatewayCore
import Testing

@testable import VinciClient

@Suite("Text of Vinci's") struct CleanTextTests {
    private let clean: CleanText

    init() throws { clean = CleanText(key: try UpstreamKey(Secret(canary))) }

    @Test("keeps only what can be printed, on one line") func printable() {
        #expect(clean("  a\r\n\tb\u{0}\u{1B}[31mc\u{202E}\u{200B}\u{FEFF}d\u{2028}e ") == "a b[31mcd e")
        #expect(clean("Größe 湖 🎬") == "Größe 湖 🎬")
        #expect(clean("\u{7}\u{9}") == "")
    }

    @Test("is cut at 500 characters") func cut() {
        #expect(clean(String(repeating: "x", count: 500)) == String(repeating: "x", count: 500))
        #expect(clean(String(repeating: "x", count: 501)) == String(repeating: "x", count: 499) + "…")
        #expect(clean("e" + String(repeating: "\u{301}", count: 9000)).unicodeScalars.count == 500)
    }

    @Test("loses our key, however it is written into it") func key() {
        #expect(clean("Bearer \(canary).") == "Bearer ***.")
        #expect(clean(canary.map { "\($0)\u{0}" }.joined()) == "***")
        let late = String(repeating: "x", count: 490) + canary
        #expect(!clean(late).contains("sk-c"))
        #expect(clean("sk-abcdefgh12345678 sk-...abc123") == "sk-*** sk-...abc123")
    }

    @Test("explains an error as a sentence or as FastAPI's list") func detail() {
        func text(_ json: String) -> String? { ErrorDetail(json: Data(json.utf8))?.text }
        #expect(text(#"{"detail":"Invalid API key"}"#) == "Invalid API key")
        #expect(
            text(#"{"detail":[{"loc":["body","prompt"],"msg":"Field required","input":{"x":1e400}},{"msg":"odd"}]}"#)
                == "prompt: Field required; odd")
        #expect(text(#"{"detail":[{"loc":["body","items",0,"a"],"msg":"bad"}]}"#) == "items.0.a: bad")
        for none in ["", "null", "[]", "{}", #"{"detail":""}"#, #"{"detail":{"a":1}}"#, #"{"detail":[]}"#, "<html>"] {
            #expect(text(none) == nil)
        }
    }
}
