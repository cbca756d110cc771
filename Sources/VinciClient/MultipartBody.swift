import NIOCore
import NIOFileSystem

/// A ``MultipartForm`` around an open image file, as a stream: one chunk of the file is in memory at a time.
struct MultipartBody: AsyncSequence, Sendable {
    let form: MultipartForm
    let file: ReadFileHandle
    let imageBytes: Int
    var chunkBytes = 64 * 1024

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        private enum Stage {
            case opening, image(sent: Int), done
        }

        private let body: MultipartBody
        private var stage = Stage.opening

        init(body: MultipartBody) { self.body = body }

        /// - Throws: `ExchangeFailure.imageUnreadable` when the file has become shorter than it was when it was checked.
        mutating func next() async throws -> ByteBuffer? {
            switch stage {
            case .opening:
                stage = .image(sent: 0)
                return ByteBuffer(string: body.form.opening)
            case .image(let sent) where sent < body.imageBytes:
                let length = Swift.min(body.chunkBytes, body.imageBytes - sent)
                let chunk = try await body.file.readChunk(
                    fromAbsoluteOffset: Int64(sent), length: .bytes(Int64(length)))
                guard chunk.readableBytes > 0 else { throw ExchangeFailure.imageUnreadable }
                stage = .image(sent: sent + chunk.readableBytes)
                return chunk
            case .image:
                stage = .done
                return ByteBuffer(string: body.form.closing)
            case .done:
                return nil
            }
        }
    }
}
