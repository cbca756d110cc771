/// The gateway's own name for one request: in `X-Request-Id`, problems, logs and the audit. Never taken from a client.
package struct CallID: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits.
    package let text: String

    /// 128 bits of randomness.
    package init(_ high: UInt64, _ low: UInt64) {
        text = CallID.hex(high) + CallID.hex(low)
    }

    /// Reads back what ``text`` gave; nil for anything else.
    package init?(text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(CallID.isDigit) else { return nil }
        self.text = text
    }

    package static func random(using generator: inout some RandomNumberGenerator) -> CallID {
        CallID(generator.next(), generator.next())
    }

    /// From the system's generator.
    @Sendable package static func random() -> CallID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

extension CallID: CustomStringConvertible {
    package var description: String { text }
}
