import NIOCore

/// Hot requests by their bytes: behind a proxy those of many clients come over every connection.
struct KnownRequests {
    /// Also how many tokens are kept in memory beyond their connection.
    private static let countMax = 1_024

    private var requests: [ByteBuffer: KnownRequest] = [:]

    func find(_ bytes: ByteBuffer) -> KnownRequest? { requests[bytes] }

    mutating func remember(_ bytes: ByteBuffer, _ request: HotRequest) -> KnownRequest {
        // A copy, so that not the whole of what was read is kept.
        let known = KnownRequest(ByteBuffer(bytes: bytes.readableBytesView), request)
        // All at once: which of them will come again, nobody knows.
        if requests.count >= KnownRequests.countMax { requests = [:] }
        requests[known.bytes] = known
        return known
    }
}

/// A request that was parsed before, on the same event loop.
final class KnownRequest {
    let bytes: ByteBuffer
    var request: HotRequest

    init(_ bytes: ByteBuffer, _ request: HotRequest) {
        self.bytes = bytes
        self.request = request
    }
}

@available(*, unavailable)
extension KnownRequest: Sendable {}
