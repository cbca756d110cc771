/// A job's local name: `job_` and 26 characters of Crockford base 32: 48 bits of milliseconds, then 80 random bits.
///
/// Ids made later sort later, so a list by id is a list by time and inserts go to the end of the index.
package struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard hasForm(text, prefix: "job_", count: 26, isAllowed: JobID.alphabet.contains) else { return nil }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package init(at now: Timestamp, using random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(0, now.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | UInt64.random(in: 0...0xFFFF, using: &random)
        let low = UInt64.random(in: 0...UInt64.max, using: &random)
        var rest = UInt128(high) << 64 | UInt128(low)
        var digits: [UInt8] = []
        for _ in 0..<26 {
            digits.append(JobID.alphabet[Int(rest & 31)])
            rest >>= 5
        }
        text = "job_" + String(decoding: digits.reversed(), as: UTF8.self)
    }

    package var description: String { text }
    package static func < (left: JobID, right: JobID) -> Bool { left.text < right.text }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}

/// Vinci's name of a job: 1…128 of `A-Z a-z 0-9 _ -`.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// - text: checked by the grammar of Vinci's API, which lives with its JSON shapes.
    package init(checked text: String) { self.text = text }

    package var description: String { text }
}
