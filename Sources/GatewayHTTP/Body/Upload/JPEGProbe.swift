/// Walks the segments of a JPEG file up to its dimensions. Fed with what follows the signature, byte by byte.
struct JPEGProbe {
    /// Start of image, and the first byte of the marker that must follow.
    static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

    private enum State {
        /// After the `FF` of a marker; any number of fill bytes `FF` may stand before its code.
        case code
        case lengthHigh(code: UInt8)
        case lengthLow(code: UInt8, high: UInt8)
        case skip(bytes: Int)
        case frame([UInt8])
        case marker
    }

    private var state = State.code

    /// - Returns: whether the file has been recognised.
    mutating func feed(_ byte: UInt8) throws(ImageProbe.Fault) -> Bool {
        switch state {
        case .marker:
            guard byte == 0xFF else { throw .damaged(reason: "is a JPEG file with a broken segment") }
            state = .code
        case .code:
            if byte != 0xFF { state = try JPEGProbe.state(after: byte) }
        case .lengthHigh(let code):
            state = .lengthLow(code: code, high: byte)
        case .lengthLow(let code, let high):
            state = try JPEGProbe.content(of: code, length: Int(high) << 8 | Int(byte))
        case .skip:
            _ = skip(atMost: 1)
        case .frame(let start):
            return try finish(start + [byte])
        }
        return false
    }

    /// Inside a segment that does not matter.
    var isSkipping: Bool {
        if case .skip = state { true } else { false }
    }

    /// Takes up to `count` bytes unseen.
    /// - Returns: how many.
    mutating func skip(atMost count: Int) -> Int {
        guard case .skip(let bytes) = state else { return 0 }
        state = bytes > count ? .skip(bytes: bytes - count) : .marker
        return min(bytes, count)
    }

    private static func state(after code: UInt8) throws(ImageProbe.Fault) -> State {
        switch code {
        case 0x01, 0xD0...0xD7: return .marker
        case 0xC0...0xCF, 0xDB...0xDD, 0xE0...0xEF, 0xFE: return .lengthHigh(code: code)
        default: throw .damaged(reason: "is a JPEG file without a frame before its picture")
        }
    }

    private static func content(of code: UInt8, length: Int) throws(ImageProbe.Fault) -> State {
        guard length >= 2 else { throw .damaged(reason: "is a JPEG file with a broken segment") }
        if isFrame(code) { return .frame([]) }
        return length == 2 ? .marker : .skip(bytes: length - 2)
    }

    /// The start-of-frame codes; the four others of that range are tables and extensions.
    private static func isFrame(_ code: UInt8) -> Bool {
        (0xC0...0xCF).contains(code) && ![0xC4, 0xC8, 0xCC].contains(code)
    }

    /// Precision, height and width.
    private mutating func finish(_ frame: [UInt8]) throws(ImageProbe.Fault) -> Bool {
        guard frame.count == 5 else {
            state = .frame(frame)
            return false
        }
        try ImageProbe.checkSides(Int(frame[3]) << 8 | Int(frame[4]), Int(frame[1]) << 8 | Int(frame[2]))
        return true
    }
}
