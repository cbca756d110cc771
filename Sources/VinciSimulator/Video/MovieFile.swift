import VinciAPI

/// A playable MP4 file made without any codec: H.264 in `avc1`, ten frames per second, `moov` before `mdat`.
enum MovieFile {
    static let frameMilliseconds = 100

    /// - length: of the video, exact to the millisecond; at least 1 ms is made.
    /// - seed: of the colours; the same arguments give the same bytes.
    static func bytes(length: VideoLength, aspectRatio: AspectRatio, seed: UInt64) -> [UInt8] {
        let milliseconds = max(1, length.milliseconds)
        let size = PictureSize(aspectRatio)
        let frameCount = (milliseconds + frameMilliseconds - 1) / frameMilliseconds
        let picture = TestPicture(size: size, frameCount: frameCount, seed: seed)
        var encoder = FrameEncoder(size: size)
        let samples = (0..<frameCount).map { frame in
            let unit = encoder.encode(picture.tiles(ofFrame: frame))
            return Box.big32(unit.count) + unit
        }
        let track = MovieTrack(size: size, milliseconds: milliseconds, sampleSizes: samples.map(\.count))
        let type = Box.make("ftyp", Array("isom".utf8), Box.big32(512), Array("isomiso2avc1mp41".utf8))
        let mediaHeaderBytes = 8
        // The file's only offset lies in a box whose size does not depend on it.
        let mediaOffset = type.count + track.movieBox(mediaOffset: 0).count + mediaHeaderBytes
        return type + track.movieBox(mediaOffset: mediaOffset) + Box.make("mdat", samples.flatMap { $0 })
    }
}
