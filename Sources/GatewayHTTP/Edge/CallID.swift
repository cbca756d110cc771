import Foundation

/// The gateway's own name for one request: in `X-Request-Id`, problems, logs and the audit. Never taken from a client.
package struct CallID: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits.
    package let text: String

    /// Made of 128 bits.
    package init(_ high: UInt64, _ low: UInt64) {
        text = String(unsafeUninitializedCapacity: 32) { digits in
            for index in 0..<16 {
                let shift = UInt64(60 - 4 * index)
                digits[index] = CallID.digit(high >> shift)
                digits[16 + index] = CallID.digit(low >> shift)
            }
            return 32
        }
    }

    /// Reads back what ``text`` gave; nil for anything else.
    package init?(text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(CallID.isDigit) else { return nil }
        self.text = text
    }

    /// From the system's generator.
    package static func random() -> CallID {
        var generator = SystemRandomNumberGenerator()
        return CallID(generator.next(), generator.next())
    }

    /// Of the lowest four bits. Without a branch: chance decides which digit it is, and no processor foresees that.
    private static func digit(_ bits: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits) & 15
        return value &+ UInt8(ascii: "0") &+ ((value &+ 6) >> 4) &* (UInt8(ascii: "a") - UInt8(ascii: "9") - 1)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

extension CallID: CustomStringConvertible {
    package var description: String { text }
}

/// Names requests by chance alone: a count, however well scattered, would let a client that has two of its own find out how
/// many others made between them.
///
/// Drawn many at once, because asking the system each time takes longer than a poll's answer does.
package struct CallIDs {
    /// Two words for each id.
    private static let wordsDrawn = 512

    private var words: [UInt64] = []

    package init() {}

    package mutating func next() -> CallID {
        if words.isEmpty { words = CallIDs.draw() }
        guard let high = words.popLast(), let low = words.popLast() else { return .random() }
        return CallID(high, low)
    }

    /// In one call: the generators of Swift and of its crypto library ask the system for each word.
    private static func draw() -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: wordsDrawn) { words, count in
            let bytes = UnsafeMutableRawBufferPointer(words)
            guard let start = bytes.baseAddress else { return }
            arc4random_buf(start, bytes.count)
            count = words.count
        }
    }
}
