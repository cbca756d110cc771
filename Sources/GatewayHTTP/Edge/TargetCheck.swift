/// Decides whether a request target may pass the edge: `/path` and optionally `?query`, with a path that every reader
/// splits in the same way.
enum TargetCheck {
    static func fault(in target: String) -> HeadFault? {
        guard target.utf8.first == UInt8(ascii: "/") else { return .targetForm }
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return .targetBytes }
        guard !target.utf8.contains(UInt8(ascii: "#")) else { return .targetFragment }
        return pathFault(in: target.utf8.prefix { $0 != UInt8(ascii: "?") })
    }

    private static func pathFault(in path: Substring.UTF8View) -> HeadFault? {
        for byte in path where !isPathCharacter(byte) {
            switch byte {
            case UInt8(ascii: "%"): return .pathPercent
            case UInt8(ascii: "\\"): return .pathBackslash
            default: return .pathCharacter(Character(Unicode.Scalar(byte)))
            }
        }
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        if segments.dropLast().contains(where: \.isEmpty) { return .pathEmptySegment }
        return segments.contains(where: isDots) ? .pathDotSegment : nil
    }

    private static func isDots(_ segment: Substring.UTF8View) -> Bool {
        (1...2).contains(segment.count) && segment.allSatisfy { $0 == UInt8(ascii: ".") }
    }

    /// The `pchar` of RFC 3986 without escapes, and the slash.
    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "/-._~!$&'()*+,;=:@".utf8.contains(byte)
        }
    }
}
