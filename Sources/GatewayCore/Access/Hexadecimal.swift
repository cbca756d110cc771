extension Collection<UInt8> {
    /// Two lower-case digits a byte: how hashes and keys stand in texts.
    package var hexadecimal: String {
        String(unsafeUninitializedCapacity: 2 * count) { digits in
            var end = 0
            for byte in self {
                digits[end] = UInt8(hexadecimalDigit: byte >> 4)
                digits[end + 1] = UInt8(hexadecimalDigit: byte & 15)
                end += 2
            }
            return end
        }
    }
}

extension UInt8 {
    /// - value: below 16.
    fileprivate init(hexadecimalDigit value: UInt8) {
        self = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
