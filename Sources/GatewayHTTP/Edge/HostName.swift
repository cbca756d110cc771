/// The grammar of a `Host` header, loose enough for container names (`vinci_gateway:8080`) and IPv6 literals.
enum HostName {
    static func isValid(_ host: String) -> Bool {
        let bytes = Array(host.utf8)
        guard (1...260).contains(bytes.count) else { return false }
        guard bytes.first == UInt8(ascii: "[") else { return isNameAndPort(bytes[...]) }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
        let address = bytes[1..<end]
        return !address.isEmpty && address.allSatisfy(isAddressCharacter) && isPort(bytes[(end + 1)...])
    }

    private static func isNameAndPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        let name = bytes.prefix { $0 != UInt8(ascii: ":") }
        return !name.isEmpty && name.allSatisfy(isNameCharacter) && isPort(bytes[name.endIndex...])
    }

    /// Nothing, or a colon and 1…5 digits.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let colon = bytes.first else { return true }
        return colon == UInt8(ascii: ":") && (2...6).contains(bytes.count) && bytes.dropFirst().allSatisfy(isDigit)
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "-._".utf8.contains(byte)
    }

    private static func isAddressCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || ":.".utf8.contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
