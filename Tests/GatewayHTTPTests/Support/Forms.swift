import Hummingbird
import NIOCore

@testable import GatewayHTTP

extension GatewayRequestContext {
    /// A context outside of any connection.
    static func forTests() -> GatewayRequestContext {
        GatewayRequestContext(
            source: EdgeRequestSource(
                logger: EdgeHarness.quiet, requestID: CallID(1, 2), client: .local, startedAt: .now))
    }
}

/// Small images and the forms that clients make of them.
enum Forms {
    static let boundary = "beeff027065aa869371d3ef5e7b3e1d6"

    /// Start of image, an APP0 segment, a 640 × 480 frame, and some picture data.
    static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0x01, 0xE0, 0x02, 0x80, 1, 1, 0x11, 0]
        + [0xFF, 0xDA, 0, 3, 1, 7, 0x0D, 0x0A, 0x2D, 0x2D, 9, 0xFF, 0xD9]

    static func png(width: UInt32 = 640, height: UInt32 = 480) -> [UInt8] {
        var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
        bytes += Array("IHDR".utf8)
        for side in [width, height] { bytes += (0..<4).map { UInt8(truncatingIfNeeded: side >> (24 - 8 * $0)) } }
        return bytes + [8, 2, 0, 0, 0, 1, 2, 3, 4]
    }

    static func part(_ disposition: String, _ content: [UInt8], fields: String = "", boundary: String = boundary)
        -> [UInt8]
    {
        Array("--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\(fields)\r\n".utf8) + content
            + Array("\r\n".utf8)
    }

    static func end(_ boundary: String = boundary) -> [UInt8] { Array("--\(boundary)--\r\n".utf8) }

    /// What python-requests 2.34 sends for the image, a prompt and a duration.
    static func order(image: [UInt8] = jpeg, prompt: String = "a \"smile\"", seconds: String = "6") -> [UInt8] {
        part("name=\"prompt\"", Array(prompt.utf8)) + part("name=\"duration_seconds\"", Array(seconds.utf8))
            + part("name=\"image\"; filename=\"portrait.jpg\"", image) + end()
    }
}
