/// Reads a PNG file up to its dimensions. Fed with what follows the signature, byte by byte.
struct PNGProbe {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Length, name and content of the chunk that must come first.
    private static let headerSize = 4 + 4 + 13
    private static let headerStart: [UInt8] = [0, 0, 0, 13] + Array("IHDR".utf8)

    private var header: [UInt8] = []

    /// - Returns: whether the file has been recognised.
    mutating func feed(_ byte: UInt8) throws(ImageProbe.Fault) -> Bool {
        header.append(byte)
        guard header.count == PNGProbe.headerSize else { return false }
        guard header.starts(with: PNGProbe.headerStart) else {
            throw .damaged(reason: "is a PNG file without a header")
        }
        try ImageProbe.checkSides(number(at: 8), number(at: 12))
        guard [1, 2, 4, 8, 16].contains(header[16]), [0, 2, 3, 4, 6].contains(header[17]) else {
            throw .damaged(reason: "is a PNG file with an unknown colour format")
        }
        return true
    }

    private func number(at start: Int) -> Int {
        header[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
