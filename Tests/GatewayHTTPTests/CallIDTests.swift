import GatewayHTTP
import Testing

@Suite("Request ids") struct CallIDTests {
    @Test("never repeat, and one tells nothing of the next")
    func unique() {
        var ids = CallIDs()
        let texts = (0..<100_000).map { _ in ids.next().text }
        #expect(texts.allSatisfy { CallID(text: $0) != nil })
        // Both halves are drawn anew each time.
        #expect(Set(texts.map { $0.prefix(16) }).count == texts.count)
        #expect(Set(texts.map { $0.suffix(16) }).count == texts.count)
        let words = texts.prefix(1_000).compactMap { UInt64($0.suffix(16), radix: 16) }
        let distances = zip(words, words.dropFirst()).map { ($0 ^ $1).nonzeroBitCount }
        #expect((30...34).contains(distances.reduce(0, +) / distances.count))
    }
}
