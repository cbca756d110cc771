/// What happened in a world, in order. Always as a digest, by which two runs are compared; as lines only when somebody
/// wants to read it.
final class Trace: WorldBound, @unchecked Sendable {
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var lines: [String] = []
    private let isKept: Bool
    /// The world's time in microseconds.
    var now: () -> Int64 = { 0 }

    init(isKept: Bool) { self.isKept = isKept }

    /// - event: the same words for the same kind of event; a part of the digest, as is `detail`.
    func note(_ event: StaticString, _ detail: @autoclosure () -> String = "") {
        mix(UInt64(bitPattern: now()))
        event.withUTF8Buffer { for byte in $0 { mix(UInt64(byte)) } }
        let text = detail()
        for byte in text.utf8 { mix(UInt64(byte)) }
        if isKept { lines.append("\(Trace.clock(now()))  \(event)\(text.isEmpty ? "" : "  " + text)") }
    }

    /// For readers only: not a part of the digest.
    func remark(_ text: String) {
        if isKept { lines.append("\(Trace.clock(now()))  \(text)") }
    }

    /// Too many for a line each.
    func noteStep(of owner: Owner) { mix(UInt64(truncatingIfNeeded: owner.number)) }

    // FNV-1a.
    private func mix(_ value: UInt64) {
        digest ^= value
        digest = digest &* 0x100_0000_01B3
    }

    /// `0:01:02.345678`
    private static func clock(_ microseconds: Int64) -> String {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return
            "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(String(rest + 1_000_000).dropFirst())"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
