/// One segment of a URL path.
package enum PathSegment {
    /// The text with every byte percent-encoded that is not `A-Z a-z 0-9 - . _ ~ :`.
    package static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { path, byte in
            if isPlain(byte) {
                path.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                path += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"): true
        default: false
        }
    }
}
