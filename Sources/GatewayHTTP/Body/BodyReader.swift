import Hummingbird
import NIOCore

/// Takes a request's body piece by piece, and tells a complete one from one that was cut off.
struct BodyReader {
    private var pieces: RequestBody.AsyncIterator
    private let declared: Int?
    private let bytesMax: Int
    private let tooLarge: String
    private var received = 0

    /// Lets a client that waits for it go on, unless it has announced too much.
    /// - tooLarge: the sentence for a body of more than `bytesMax` bytes.
    init(
        _ request: Request, _ context: GatewayRequestContext, bytesMax: Int, tooLarge: String
    ) throws(BodyRefusal) {
        declared = request.headers[.contentLength].flatMap { Int($0) }
        guard declared ?? 0 <= bytesMax else { throw .tooLarge(detail: tooLarge) }
        context.bodyIsWanted(by: request)
        pieces = request.body.makeAsyncIterator()
        self.bytesMax = bytesMax
        self.tooLarge = tooLarge
    }

    /// Nil at the end of a complete body.
    mutating func next() async throws(BodyRefusal) -> ByteBuffer? {
        guard let piece = try await nextPiece() else {
            // A cancelled task sees an end where there is none.
            guard !Task.isCancelled, declared == nil || declared == received else { throw .truncated }
            return nil
        }
        received += piece.readableBytes
        guard received <= bytesMax else { throw .tooLarge(detail: tooLarge) }
        return piece
    }

    private mutating func nextPiece() async throws(BodyRefusal) -> ByteBuffer? {
        do {
            return try await pieces.next(isolation: #isolation)
        } catch {
            throw .truncated
        }
    }
}
