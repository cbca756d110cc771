import Foundation

/// One line of a trace: `4711 pwrite64(15</data/gateway.db-wal>, "…", 24, 32) = 24`.
struct TraceLine {
    let text: Data
    let thread: Substring
    /// `<...` where a call goes on.
    let call: Substring
    /// The file or socket.
    private let target: Substring
    private let tail: String
    private let head: String

    init(_ line: Data) {
        text = line
        head = String(decoding: line.prefix(200), as: UTF8.self)
        tail = String(decoding: line.suffix(60), as: UTF8.self)
        let words = head.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        thread = words.first ?? ""
        let rest = words.count > 1 ? words[1].drop { $0 == " " } : ""
        call = rest.hasPrefix("<...") ? "<..." : rest.prefix { $0 != "(" }
        target = rest.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
    }

    var isOnLog: Bool { target.hasSuffix("-wal") }
    var isOnSocket: Bool { target.hasPrefix("socket:") || target.hasPrefix("TCP") || target.hasPrefix("UNIX") }
    var isUnfinished: Bool { tail.hasSuffix("<unfinished ...>") }

    /// Of a line that goes on: `<... fdatasync resumed>) = 0`.
    var resumed: Substring? { head.split(separator: "<... ").last?.split(separator: " ").first }

    /// Whether the kernel has done it: a result that strace made up is marked.
    var isDone: Bool { tail.hasSuffix("= 0") }

    /// Of a `pwrite64`: `…, 24, 32) = 24` or `…, 24, 32 <unfinished ...>`.
    var writtenCount: Int? {
        guard let end = tail.range(of: "\", ", options: .backwards) else { return nil }
        return Int(tail[end.upperBound...].prefix { $0 != "," })
    }

    /// The bytes of its first text, with strace's escapes undone.
    func decoded(_ countMax: Int) -> [UInt8] {
        guard let start = text.firstIndex(of: UInt8(ascii: "\"")) else { return [] }
        var rest = text[text.index(after: start)...]
        var bytes: [UInt8] = []
        while bytes.count < countMax, let next = rest.popFirst(), next != UInt8(ascii: "\"") {
            bytes.append(next == UInt8(ascii: "\\") ? Self.escaped(&rest) : next)
        }
        return bytes
    }

    /// `\n`, `\"`, or up to three octal digits.
    private static func escaped(_ rest: inout Data) -> UInt8 {
        let digits = rest.prefix(3).prefix { (0x30...0x37).contains($0) }
        guard digits.isEmpty else {
            rest = rest.dropFirst(digits.count)
            return UInt8(String(decoding: digits, as: UTF8.self), radix: 8) ?? 0
        }
        let letters: [UInt8: UInt8] = [0x6E: 10, 0x74: 9, 0x72: 13, 0x66: 12, 0x76: 11]
        let next = rest.popFirst() ?? 0
        return letters[next] ?? next
    }
}
