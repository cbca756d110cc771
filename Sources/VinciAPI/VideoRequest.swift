/// What a client orders: one of the two generation calls, every field checked.
package enum VideoRequest: Sendable, Equatable {
    case text(TextToVideoRequest)
    case image(ImageToVideoRequest)

    package var kind: VideoKind {
        switch self {
        case .text: .text
        case .image: .image
        }
    }

    package var prompt: String {
        switch self {
        case .text(let request): request.prompt
        case .image(let request): request.prompt
        }
    }

    /// Whole seconds asked for, 1…10. What is billed is what Vinci later reports.
    package var durationSeconds: Int {
        switch self {
        case .text(let request): request.durationSeconds
        case .image(let request): request.durationSeconds
        }
    }
}

/// The two things Vinci can make a video from.
package enum VideoKind: String, Sendable, Codable, CaseIterable {
    case text
    case image
}

/// Body of `POST /v1/generate/text-to-video`.
package struct TextToVideoRequest: Codable, Sendable, Equatable {
    package var prompt: String
    package var durationSeconds: Int
    package var aspectRatio: AspectRatio
    /// −1 asks Vinci for a random seed.
    package var seed: Int

    package init(
        prompt: String,
        durationSeconds: Int = VinciLimits.durationSecondsDefault,
        aspectRatio: AspectRatio = .landscape,
        seed: Int = VinciLimits.seedRandom
    ) {
        self.prompt = prompt
        self.durationSeconds = durationSeconds
        self.aspectRatio = aspectRatio
        self.seed = seed
    }

    enum CodingKeys: String, CodingKey {
        case prompt, seed
        case durationSeconds = "duration_seconds"
        case aspectRatio = "aspect_ratio"
    }
}

package enum AspectRatio: String, Codable, Sendable, CaseIterable {
    case landscape = "16:9"
    case portrait = "9:16"
    case square = "1:1"
}

/// Form of `POST /v1/generate/image-to-video`; the image lies in a spool file, never in memory as a whole.
package struct ImageToVideoRequest: Sendable, Equatable {
    package var image: ImageFile
    package var prompt: String
    package var durationSeconds: Int

    package init(image: ImageFile, prompt: String, durationSeconds: Int = VinciLimits.durationSecondsDefault) {
        self.image = image
        self.prompt = prompt
        self.durationSeconds = durationSeconds
    }
}

/// A checked image on disk.
package struct ImageFile: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
        case jpeg, png

        package var contentType: String { "image/\(rawValue)" }
        /// The name sent to Vinci; the client's own file name never travels.
        package var fileName: String {
            switch self {
            case .jpeg: "image.jpg"
            case .png: "image.png"
            }
        }
    }

    package var path: String
    package var byteCount: Int
    package var format: Format
    /// SHA-256 of the content, 32 bytes.
    package var sha256: [UInt8]

    package init(path: String, byteCount: Int, format: Format, sha256: [UInt8]) {
        self.path = path
        self.byteCount = byteCount
        self.format = format
        self.sha256 = sha256
    }
}
