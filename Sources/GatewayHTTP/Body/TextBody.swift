package import Hummingbird
package import NIOCore

/// Bodies small enough to be held in memory.
package enum TextBody {
    package static let bytesMax = 64 * 1024

    /// The whole body.
    /// - Throws: `.unsupportedMediaType` and `.tooLarge` before any of it is read, if its head already tells.
    package static func read(
        _ request: Request, _ context: GatewayRequestContext, mediaType: MediaType, bytesMax: Int = TextBody.bytesMax
    ) async throws(BodyRefusal) -> ByteBuffer {
        _ = try mediaType.check(request)
        var reader = try BodyReader(
            request, context, bytesMax: bytesMax,
            tooLarge: "File too large. The request body must be at most \(bytesMax) bytes.")
        guard var body = try await reader.next() else { return ByteBuffer() }
        while let piece = try await reader.next() { body.writeImmutableBuffer(piece) }
        return body
    }
}
