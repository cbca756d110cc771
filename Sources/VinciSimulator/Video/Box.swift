/// A box of the ISO base media file format (ISO/IEC 14496-12): length, four-letter type, content.
enum Box {
    /// - type: four ASCII letters.
    static func make(_ type: StaticString, _ contents: [UInt8]...) -> [UInt8] {
        let content = contents.flatMap { $0 }
        return big32(8 + content.count) + Array("\(type)".utf8) + content
    }

    /// A box with version 0 and flags in front of its content.
    static func full(_ type: StaticString, flags: Int = 0, _ contents: [UInt8]...) -> [UInt8] {
        make(type, big32(flags), contents.flatMap { $0 })
    }

    /// The lowest 32 bits, big-endian.
    static func big32(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16)] + big16(value)
    }

    static func big16(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
