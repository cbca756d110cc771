import Crypto
import VinciAPI

/// Tells whether two orders ask for the same video: SHA-256 of the checked fields, an image by its content.
enum OrderFingerprint {
    static func of(_ request: VideoRequest) -> [UInt8] {
        var hash = SHA256()
        for field in fields(of: request) {
            // Lengths in front keep neighbouring fields apart: ("ab", "c") is not ("a", "bc").
            hash.update(data: Array("\(field.count):".utf8))
            hash.update(data: field)
        }
        return Array(hash.finalize())
    }

    private static func fields(of request: VideoRequest) -> [[UInt8]] {
        switch request {
        case .text(let text):
            ["text", text.prompt, "\(text.durationSeconds)", text.aspectRatio.rawValue, "\(text.seed)"]
                .map { Array($0.utf8) }
        case .image(let image):
            ["image", image.prompt, "\(image.durationSeconds)"].map { Array($0.utf8) } + [image.image.sha256]
        }
    }
}
