import NIOCore
import Testing
import VinciAPI

@testable import GatewayHTTP

@Suite("An image") struct ImageProbeTests {
    private func format(_ bytes: [UInt8]) throws(ImageProbe.Fault) -> ImageFile.Format {
        var whole = ImageProbe()
        try whole.feed(ByteBuffer(bytes: bytes))
        return try whole.format()
    }

    @Test("is recognised by its content, fed whole or byte by byte")
    func recognised() throws {
        for (bytes, expected) in [(Forms.jpeg, ImageFile.Format.jpeg), (Forms.png(), .png)] {
            #expect(try format(bytes) == expected)
            var probe = ImageProbe()
            for byte in bytes { try probe.feed(ByteBuffer(bytes: [byte])) }
            #expect(try probe.format() == expected)
        }
    }

    @Test("may have large tables, fill bytes and any kind of frame before its picture")
    func jpegs() throws {
        let large: [UInt8] = [0xFF, 0xE1, 0xFF, 0xFF] + Array(repeating: 0xFF, count: 65_533)
        let empty: [UInt8] = [0xFF, 0xFF, 0xFF, 0xDB, 0, 2]
        for code: UInt8 in [0xC0, 0xC1, 0xC2, 0xCF] {
            let frame: [UInt8] = [0xFF, code, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0]
            #expect(try format([0xFF, 0xD8] + large + empty + frame) == .jpeg)
        }
    }

    static let refused: [([UInt8], ImageProbe.Fault)] = [
        ([], .notAnImage),
        (Array("GIF89a".utf8), .notAnImage),
        ([0xFF], .notAnImage),
        ([0xFF, 0xD8, 0x00], .notAnImage),
        ([0x89, 0x50, 0x4E, 0x47, 0x0A], .notAnImage),
        (Array("<svg/>".utf8), .notAnImage),
        (Array(Forms.jpeg.prefix(12)), .damaged(reason: "ends before its dimensions")),
        (Array(Forms.png().prefix(20)), .damaged(reason: "ends before its dimensions")),
        (Forms.png(width: 0), .damaged(reason: "has impossible dimensions: 0 by 480 pixels")),
        (Forms.png(height: 70_000), .damaged(reason: "has impossible dimensions: 640 by 70000 pixels")),
        (Forms.png(width: .max), .damaged(reason: "has impossible dimensions: 4294967295 by 480 pixels")),
        (
            [0xFF, 0xD8, 0xFF, 0xDA, 0, 3, 1], .damaged(reason: "is a JPEG file without a frame before its picture")
        ),
        ([0xFF, 0xD8, 0xFF, 0xD9], .damaged(reason: "is a JPEG file without a frame before its picture")),
        ([0xFF, 0xD8, 0xFF, 0xE0, 0, 1], .damaged(reason: "is a JPEG file with a broken segment")),
        ([0xFF, 0xD8, 0xFF, 0xE0, 0, 2, 0x00], .damaged(reason: "is a JPEG file with a broken segment")),
        (
            [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 0, 0, 1],
            .damaged(reason: "has impossible dimensions: 1 by 0 pixels")
        ),
    ]

    @Test("that is another kind of file, or damaged, is refused by what is wrong with it", arguments: refused)
    func isRefused(bytes: [UInt8], fault: ImageProbe.Fault) {
        #expect(throws: fault) { try format(bytes) }
    }

    @Test("of random bytes never traps", arguments: SeededGenerator.seeds(50))
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for start in [[0xFF, 0xD8, 0xFF], Array(Forms.png().prefix(16)), []] as [[UInt8]] {
            let bytes =
                start
                + (0..<300).map { _ in
                    [0xFF, 0x00, 0xC0, UInt8.random(in: .min ... .max, using: &random)].randomElement(using: &random)
                        ?? 0
                }
            _ = try? format(bytes)
        }
    }
}
