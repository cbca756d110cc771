/// What a video file is by its content, whatever a server calls it. None of these can carry a script.
package enum VideoFormat: String, Sendable, CaseIterable {
    case mp4, quickTime, webM

    /// Bytes of a file's beginning that tell its format.
    package static let markBytes = 12

    /// Nil for anything else, however it is labelled.
    package init?(beginning bytes: some Collection<UInt8>) {
        let mark = Array(bytes.prefix(VideoFormat.markBytes))
        if mark.count == VideoFormat.markBytes, mark[4..<8].elementsEqual("ftyp".utf8) {
            self = mark[8..<12].elementsEqual("qt  ".utf8) ? .quickTime : .mp4
        } else if mark.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .webM
        } else {
            return nil
        }
    }

    package var contentType: String {
        switch self {
        case .mp4: "video/mp4"
        case .quickTime: "video/quicktime"
        case .webM: "video/webm"
        }
    }

    package var fileExtension: String {
        switch self {
        case .mp4: "mp4"
        case .quickTime: "mov"
        case .webM: "webm"
        }
    }
}
