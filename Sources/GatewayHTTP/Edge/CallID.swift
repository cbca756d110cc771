import Foundation
import Synchronization

/// The gateway's own name for one request: in `X-Request-Id`, problems, logs and the audit. Never taken from a client.
package struct CallID: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits.
    package let text: String

    /// Made of 128 bits.
    package init(_ high: UInt64, _ low: UInt64) {
        text = String(unsafeUninitializedCapacity: 32) { digits in
            for (start, word) in [(0, high), (16, low)] {
                for index in 0..<16 {
                    let digit = UInt8(truncatingIfNeeded: word >> (60 - 4 * index)) & 15
                    digits[start + index] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
                }
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
package final class CallIDs: Sendable {
    /// Two words for each id.
    private static let wordsDrawn = 512

    private let words = Mutex<[UInt64]>([])

    package init() {}

    package func next() -> CallID {
        let drawn = words.withLock { words -> (UInt64, UInt64)? in
            if words.isEmpty { words = CallIDs.draw() }
            guard let high = words.popLast(), let low = words.popLast() else { return nil }
            return (high, low)
        }
        return drawn.map { CallID($0, $1) } ?? .random()
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
