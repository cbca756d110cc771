import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("A video") struct MovieTests {
    /// A box as it lies in the file.
    private struct FoundBox {
        let type: String
        /// Where its content begins and ends.
        let content: Range<Int>
    }

    private func boxes(_ bytes: [UInt8], in range: Range<Int>) throws -> [FoundBox] {
        var found: [FoundBox] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            let size = big32(bytes, at: offset)
            try #require(size >= 8 && offset + size <= range.upperBound)
            let type = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            found.append(FoundBox(type: type, content: offset + 8..<offset + size))
            offset += size
        }
        #expect(offset == range.upperBound)
        return found
    }

    private func big32(_ bytes: [UInt8], at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private func box(_ path: String, in bytes: [UInt8]) throws -> Range<Int> {
        var range = bytes.indices
        for type in path.split(separator: "/") {
            range = try #require(try boxes(bytes, in: range).first { $0.type == type }, "no \(type)").content
        }
        return range
    }

    @Test("is an MP4 whose boxes and sample tables agree", arguments: AspectRatio.allCases)
    func boxes(ratio: AspectRatio) throws {
        let bytes = MovieFile.bytes(length: VideoLength(milliseconds: 5_250), aspectRatio: ratio, seed: 3)
        #expect(try boxes(bytes, in: bytes.indices).map(\.type) == ["ftyp", "moov", "mdat"])
        let movieHeader = try box("moov/mvhd", in: bytes)
        #expect(big32(bytes, at: movieHeader.lowerBound + 12) == 1000)
        #expect(big32(bytes, at: movieHeader.lowerBound + 16) == 5_250)
        let table = "moov/trak/mdia/minf/stbl"
        let sizes = try box("\(table)/stsz", in: bytes)
        let count = big32(bytes, at: sizes.lowerBound + 8)
        #expect(count == 53)
        let times = try box("\(table)/stts", in: bytes)
        let runs = (0..<big32(bytes, at: times.lowerBound + 4)).map { run in
            (big32(bytes, at: times.lowerBound + 8 + 8 * run), big32(bytes, at: times.lowerBound + 12 + 8 * run))
        }
        #expect(runs.map(\.0).reduce(0, +) == count)
        #expect(runs.map { $0.0 * $0.1 }.reduce(0, +) == 5_250)
        var offset = big32(bytes, at: try box("\(table)/stco", in: bytes).lowerBound + 8)
        #expect(offset == (try box("mdat", in: bytes)).lowerBound)
        for sample in 0..<count {
            let size = big32(bytes, at: sizes.lowerBound + 12 + 4 * sample)
            #expect(big32(bytes, at: offset) == size - 4)
            #expect(bytes[offset + 4] == (sample == 0 ? 0x65 : 0x61))
            offset += size
        }
        #expect(offset == bytes.count)
    }

    @Test("is the same for the same seed, and another for another")
    func seeded() {
        let first = MovieFile.bytes(length: VideoLength(seconds: 1), aspectRatio: .square, seed: 5)
        #expect(first == MovieFile.bytes(length: VideoLength(seconds: 1), aspectRatio: .square, seed: 5))
        #expect(first != MovieFile.bytes(length: VideoLength(seconds: 1), aspectRatio: .square, seed: 6))
    }

    @Test("contains no start code within a unit")
    func noStartCodes() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<200 {
            let payload = (0..<300).map { _ in UInt8.random(in: 0...4, using: &random) }
            let bytes = NALUnit(header: .keySlice, payload: payload).bytes
            for index in 0..<bytes.count - 2 where bytes[index] == 0 && bytes[index + 1] == 0 {
                #expect(bytes[index + 2] >= 3)
            }
        }
    }

    @Test(
        "writes Exp-Golomb codes as the standard lists them",
        arguments: [
            (0, "1"), (1, "010"), (2, "011"), (3, "00100"), (7, "0001000"), (25, "000011010"),
        ] as [(UInt32, String)])
    func golomb(value: UInt32, code: String) {
        var writer = BitWriter()
        writer.unsigned(value)
        let bits = writer.bytes.map { String($0 + 0, radix: 2).leftPadded(to: 8) }.joined()
        #expect(bits.hasPrefix(code) && !bits.dropFirst(code.count).contains("1"))
    }

    @Test(
        "is decoded by ffmpeg without a complaint, to the size, length and colours it should have",
        .enabled(if: Tool.ffmpeg != nil), arguments: AspectRatio.allCases)
    func decoded(ratio: AspectRatio) throws {
        let ffmpeg = try #require(Tool.ffmpeg)
        let file = FileManager.default.temporaryDirectory.appending(path: "simulator-\(UUID().uuidString).mp4")
        defer { try? FileManager.default.removeItem(at: file) }
        let bytes = MovieFile.bytes(length: VideoLength(milliseconds: 2_350), aspectRatio: ratio, seed: 8)
        try Data(bytes).write(to: file)
        let arguments = ["-v", "error", "-xerror", "-i", file.path(), "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
        let (frames, complaints) = try Tool.run(ffmpeg, arguments)
        #expect(complaints.isEmpty, "\(complaints)")
        let size = PictureSize(ratio)
        let frameBytes = size.width * size.height * 3 / 2
        #expect(frames.count == 24 * frameBytes)
        let picture = TestPicture(size: size, frameCount: 24, seed: 8)
        for frame in 0..<24 {
            let tiles = picture.tiles(ofFrame: frame)
            for (tile, colour) in tiles.enumerated() {
                let (row, column) = tile.quotientAndRemainder(dividingBy: size.columns)
                #expect(frames[frame * frameBytes + row * 16 * size.width + column * 16] == colour.luma)
            }
        }
    }

    @Test("is served to anybody, whole or in ranges, once the job is completed")
    func served() async throws {
        let clock = SteppedTime()
        try await withSimulator(clock: clock) { caller async throws in
            let id = try await caller.ordered(seconds: 2)
            var anybody = caller
            anybody.key = nil
            #expect(try await anybody.get("/videos/\(id).mp4").status == 404)
            clock.advance(by: .seconds(10))
            let url = try #require(try await caller.status(id)["video_url"]?.string)
            let whole = try await anybody.get(url)
            #expect(whole.status == 200)
            #expect(whole.header("Content-Type") == "video/mp4")
            #expect(whole.header("Accept-Ranges") == "bytes")
            let head = try await anybody.send("HEAD", url)
            #expect(head.header("Content-Length") == "\(whole.bytes.count)" && head.bytes.isEmpty)
            let count = whole.bytes.count
            for (range, expected) in [
                ("bytes=0-99", 0..<100), ("bytes=100-", 100..<count), ("bytes=-7", count - 7..<count),
            ] {
                let part = try await anybody.send("GET", url, headers: ["Range": range])
                #expect(part.status == 206)
                #expect(
                    part.header("Content-Range") == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/\(count)")
                #expect(part.bytes == Array(whole.bytes[expected]))
            }
            let beyond = try await anybody.send("GET", url, headers: ["Range": "bytes=\(count)-"])
            #expect(beyond.status == 416 && beyond.header("Content-Range") == "bytes */\(count)")
            #expect(try await anybody.send("GET", url, headers: ["Range": "pages=1-2"]).status == 200)
            #expect(try await anybody.get("/videos/none.mp4").status == 404)
        }
    }

    @Test(
        "range is read as the RFC says",
        arguments: [
            ("bytes=0-0", .part(0..<1)), ("bytes=5-100", .part(5..<10)), ("bytes=-100", .part(0..<10)),
            ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole), ("bytes=a-b", .whole),
            ("bytes=0-1,3-4", .whole), ("bytes=-", .whole), ("bytes=0-99999999999999999999", .whole),
        ] as [(String, ByteRange)])
    func range(text: String, expected: ByteRange) { #expect(ByteRange(text, of: 10) == expected) }
}

extension String {
    fileprivate func leftPadded(to length: Int) -> String {
        String(repeating: "0", count: max(0, length - count)) + self
    }
}

/// Programs of the machine that a test may use.
private enum Tool {
    static let ffmpeg: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(filePath: String($0)).appending(path: "ffmpeg") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path()) }

    /// Standard output and standard error.
    static func run(_ program: URL, _ arguments: [String]) throws -> ([UInt8], String) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let (output, complaints) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = complaints
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        let text = try complaints.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (Array(bytes), String(decoding: text, as: UTF8.self))
    }
}
