import NIOCore
import NIOPosix

/// Hot requests by their bytes, each event loop's own: behind a proxy those of many clients come over every connection.
///
/// - Safety: its one property gives every thread a table of its own, which it shows to no other.
final class KnownRequests: @unchecked Sendable {
    /// Also how many tokens are kept in memory beyond their connection.
    private static let countMax = 1_024

    private final class Table {
        var requests: [ByteBuffer: KnownRequest] = [:]
    }

    private let tables = ThreadSpecificVariable<Table>()

    /// To be called on an event loop, as is ``remember(_:_:)``.
    func find(_ bytes: ByteBuffer) -> KnownRequest? { tables.currentValue?.requests[bytes] }

    func remember(_ bytes: ByteBuffer, _ request: HotRequest) -> KnownRequest {
        let table = tables.currentValue ?? Table()
        tables.currentValue = table
        // All at once: which of them will come again, nobody knows.
        if table.requests.count >= KnownRequests.countMax { table.requests = [:] }
        // A copy, so that not the whole of what was read is kept.
        let known = KnownRequest(ByteBuffer(bytes: bytes.readableBytesView), request)
        table.requests[known.bytes] = known
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
