import AsyncHTTPClient
package import NIOCore
package import NIOHTTP1

/// A reply whose head has come; its body is read by whoever asked, piece by piece, and only as fast as they ask.
package struct GuardedReply {
    package let status: Int
    package let headers: HTTPHeaders
    private var body: HTTPClientResponse.Body.AsyncIterator
    private let bytesMax: Int
    private var count = 0

    init(_ response: HTTPClientResponse, bytesMax: Int) {
        status = Int(response.status.code)
        headers = response.headers
        body = response.body.makeAsyncIterator()
        self.bytesMax = bytesMax
    }

    /// The announced length of the body; nil when there is none, or none that makes sense.
    package var contentLength: Int? {
        let values = headers["Content-Length"]
        guard values.count == 1, let text = values.first, (1...18).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// Whether the body says itself where it ends.
    package var isChunked: Bool { headers[canonicalForm: "Transfer-Encoding"].last?.lowercased() == "chunked" }

    /// The next piece of the body; nil at its proper end.
    /// - Throws: also `.replyTooLarge`, as soon as the limit is passed or a length above it was announced.
    package mutating func next() async throws(GuardedFault) -> ByteBuffer? {
        if let contentLength, contentLength > bytesMax { throw .replyTooLarge }
        guard let piece = try await piece() else { return nil }
        count += piece.readableBytes
        guard count <= bytesMax else { throw .replyTooLarge }
        return piece
    }

    /// The first bytes of the body; what comes after them is not read.
    package mutating func beginning(bytes: Int) async throws(GuardedFault) -> [UInt8] {
        var beginning: [UInt8] = []
        while beginning.count < bytes, let piece = try await piece() {
            beginning.append(contentsOf: piece.readableBytesView.prefix(bytes - beginning.count))
        }
        return beginning
    }

    private mutating func piece() async throws(GuardedFault) -> ByteBuffer? {
        do {
            return try await body.next(isolation: #isolation)
        } catch {
            throw GuardedFault(error, isConnected: true)
        }
    }
}
