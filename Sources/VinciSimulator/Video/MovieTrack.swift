/// The `moov` box of a file with one video track in one chunk. Times are in milliseconds.
struct MovieTrack: Sendable {
    private static let timescale = Box.big32(1000)
    /// Nothing is turned or scaled.
    private static let matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000].flatMap(Box.big32)
    private static let trackID = Box.big32(1)

    let size: PictureSize
    let milliseconds: Int
    /// In bytes, one per frame.
    let sampleSizes: [Int]

    /// - mediaOffset: where the first sample lies in the file.
    func movieBox(mediaOffset: Int) -> [UInt8] {
        let header = Box.full(
            "mvhd", Box.zeros(8), Self.timescale, Box.big32(milliseconds), Box.big32(0x10000), Box.big16(0x100),
            Box.zeros(10), Self.matrix, Box.zeros(24), Box.big32(2))
        return Box.make("moov", header, Box.make("trak", trackHeader, media(mediaOffset: mediaOffset)))
    }

    private var trackHeader: [UInt8] {
        let isEnabledAndInMovie = 3
        return Box.full(
            "tkhd", flags: isEnabledAndInMovie, Box.zeros(8), Self.trackID, Box.zeros(4), Box.big32(milliseconds),
            Box.zeros(16), Self.matrix, Box.big32(size.width << 16), Box.big32(size.height << 16))
    }

    private func media(mediaOffset: Int) -> [UInt8] {
        let undetermined = Box.big16(0x55C4)
        let header = Box.full(
            "mdhd", Box.zeros(8), Self.timescale, Box.big32(milliseconds), undetermined, Box.zeros(2))
        let handler = Box.full("hdlr", Box.zeros(4), Array("vide".utf8), Box.zeros(12), Array("VideoHandler\0".utf8))
        let isInThisFile = 1
        let references = Box.full("dref", Box.big32(1), Box.full("url ", flags: isInThisFile))
        let information = Box.make(
            "minf", Box.full("vmhd", flags: 1, Box.zeros(8)), Box.make("dinf", references),
            samples(mediaOffset: mediaOffset))
        return Box.make("mdia", header, handler, information)
    }

    private func samples(mediaOffset: Int) -> [UInt8] {
        let count = Box.big32(sampleSizes.count)
        return Box.make(
            "stbl",
            Box.full("stsd", Box.big32(1), sampleEntry),
            times,
            Box.full("stss", Box.big32(1), Box.big32(1)),
            Box.full("stsc", Box.big32(1), Box.big32(1), count, Box.big32(1)),
            Box.full("stsz", Box.zeros(4), count, sampleSizes.flatMap(Box.big32)),
            Box.full("stco", Box.big32(1), Box.big32(mediaOffset)))
    }

    /// All frames last equally long but the last, which takes what is left.
    private var times: [UInt8] {
        let regular = sampleSizes.count - 1
        let last = milliseconds - regular * MovieFile.frameMilliseconds
        let runs = regular == 0 ? [(1, last)] : [(regular, MovieFile.frameMilliseconds), (1, last)]
        return Box.full(
            "stts", Box.big32(runs.count), runs.flatMap { Box.big32($0.0) + Box.big32($0.1) })
    }

    private var sampleEntry: [UInt8] {
        let dotsPerInch = Box.big32(72 << 16)
        return Box.make(
            "avc1", Box.zeros(6), Box.big16(1), Box.zeros(16), Box.big16(size.width), Box.big16(size.height),
            dotsPerInch, dotsPerInch, Box.zeros(4), Box.big16(1), Box.zeros(32), Box.big16(24), Box.big16(0xFFFF),
            decoderConfiguration)
    }

    private var decoderConfiguration: [UInt8] {
        let sequence = ParameterSets.sequence(size)
        let picture = ParameterSets.picture()
        let lengthsOfFourBytes: UInt8 = 0xFF
        let oneSequenceSet: UInt8 = 0xE1
        return Box.make(
            "avcC",
            [1, ParameterSets.profile, ParameterSets.compatibility, ParameterSets.level],
            [lengthsOfFourBytes, oneSequenceSet], Box.big16(sequence.count), sequence,
            [1], Box.big16(picture.count), picture)
    }
}
