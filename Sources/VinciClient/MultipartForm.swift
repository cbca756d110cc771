import VinciAPI

/// The `multipart/form-data` of an image order, written anew: only checked values, our own file name.
struct MultipartForm: Sendable, Equatable {
    let boundary: String
    /// Everything before the image's bytes.
    let opening: String
    /// Everything after them.
    let closing: String

    /// - boundary: must not occur in the prompt or the image. 128 random bits drawn after both were known do not.
    init(_ request: ImageToVideoRequest, boundary: String = Self.randomBoundary()) {
        self.boundary = boundary
        opening = """
            --\(boundary)\r
            Content-Disposition: form-data; name="prompt"\r
            \r
            \(request.prompt)\r
            --\(boundary)\r
            Content-Disposition: form-data; name="duration_seconds"\r
            \r
            \(request.durationSeconds)\r
            --\(boundary)\r
            Content-Disposition: form-data; name="image"; filename="\(request.image.format.fileName)"\r
            Content-Type: \(request.image.format.contentType)\r
            \r

            """
        closing = "\r\n--\(boundary)--\r\n"
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// Length of the whole body around an image of that many bytes.
    func byteCount(imageBytes: Int) -> Int64 { Int64(opening.utf8.count + imageBytes + closing.utf8.count) }

    static func randomBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        return randomBoundary(using: &generator)
    }

    static func randomBoundary(using generator: inout some RandomNumberGenerator) -> String {
        let bits = UInt128(UInt64.random(in: 0 ... .max, using: &generator)) << 64
        return "vinci-gateway-" + String(bits | UInt128(UInt64.random(in: 0 ... .max, using: &generator)), radix: 36)
    }
}
