/// The boundary of a `multipart/form-data` body.
struct MultipartBoundary: Equatable {
    let bytes: [UInt8]

    /// - text: the `boundary` parameter; nil unless it is 1…70 of the characters of RFC 2046, the last not a space.
    init?(_ text: String) {
        guard (1...70).contains(text.utf8.count), text.utf8.allSatisfy(MultipartBoundary.isAllowed),
            text.utf8.last != UInt8(ascii: " ")
        else { return nil }
        bytes = Array(text.utf8)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
