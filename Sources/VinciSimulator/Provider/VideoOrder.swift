import VinciAPI

/// A checked order of either kind.
struct VideoOrder: Sendable, Equatable {
    let kind: VideoKind
    let prompt: String
    /// In hexadecimal; computed once, since log and bill both show it.
    let promptSHA256: String
    let seconds: Int
    let aspectRatio: AspectRatio
    /// −1 for a random one.
    let seed: Int
    let image: ReceivedImage?

    init(
        kind: VideoKind, prompt: String, seconds: Int, aspectRatio: AspectRatio = .landscape,
        seed: Int = VinciLimits.seedRandom, image: ReceivedImage? = nil
    ) {
        self.kind = kind
        self.prompt = prompt
        self.seconds = seconds
        self.aspectRatio = aspectRatio
        self.seed = seed
        self.image = image
        promptSHA256 = Digest.hex(of: prompt)
    }
}

/// An uploaded image as the witness remembers it; its bytes are not kept.
package struct ReceivedImage: Sendable, Equatable, Encodable {
    /// `image/jpeg` or `image/png`, told by the content.
    package let contentType: String
    package let byteCount: Int
    /// SHA-256 of the content in hexadecimal.
    package let sha256: String

    enum CodingKeys: String, CodingKey {
        case sha256
        case contentType = "content_type"
        case byteCount = "byte_count"
    }
}

/// What one authenticated request asks for, once it has been read and checked.
enum Errand: Sendable, Equatable {
    case order(VideoOrder)
    case status(requestID: String)
    case balance
    case usage(days: Int)
    case listKeys
    case createKey(name: String, requestsPerMinute: Int)
    case revokeKey(id: String)
}
