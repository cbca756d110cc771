import NIOCore

/// Hot requests by their bytes, each event loop's own: behind a proxy those of many clients come over every connection.
final class KnownRequests: Sendable {
    /// Also how many tokens are kept in memory beyond their connection.
    private static let countMax = 1_024

    private let requests = PerThread<[ByteBuffer: KnownRequest]> { [:] }

    /// To be called on an event loop, as is ``remember(_:_:)``.
    func find(_ bytes: ByteBuffer) -> KnownRequest? { requests.withOwn { $0[bytes] } }

    func remember(_ bytes: ByteBuffer, _ request: HotRequest) -> KnownRequest {
        // A copy, so that not the whole of what was read is kept.
        let known = KnownRequest(ByteBuffer(bytes: bytes.readableBytesView), request)
        requests.withOwn { requests in
            // All at once: which of them will come again, nobody knows.
            if requests.count >= KnownRequests.countMax { requests = [:] }
            requests[known.bytes] = known
        }
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
