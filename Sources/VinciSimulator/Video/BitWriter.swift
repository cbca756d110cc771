/// Bits of an H.264 syntax structure, most significant first (ITU-T H.264, 7.2 and 9.1).
struct BitWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private var freeBits = 0

    /// The lowest `count` bits of `value`.
    mutating func bits(_ value: UInt32, count: Int) {
        for shift in stride(from: count - 1, through: 0, by: -1) {
            if freeBits == 0 {
                bytes.append(0)
                freeBits = 8
            }
            freeBits -= 1
            bytes[bytes.count - 1] |= UInt8((value >> UInt32(shift)) & 1) << UInt8(freeBits)
        }
    }

    mutating func flag(_ isSet: Bool) { bits(isSet ? 1 : 0, count: 1) }

    /// `ue(v)`: Exp-Golomb.
    mutating func unsigned(_ value: UInt32) {
        let length = UInt32.bitWidth - (value + 1).leadingZeroBitCount
        bits(0, count: length - 1)
        bits(value + 1, count: length)
    }

    /// Whole bytes behind zero bits up to the next byte boundary.
    mutating func aligned(_ content: some Sequence<UInt8>) {
        freeBits = 0
        bytes += content
    }

    /// The stop bit and its zeros, which end every structure.
    mutating func trailing() {
        flag(true)
        freeBits = 0
    }
}
