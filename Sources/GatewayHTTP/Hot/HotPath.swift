import NIOCore
import NIOHTTP1

/// Answers on the event loop what needs neither a wait nor the disk, by the same checks as the routes and with the same
/// bytes.
protocol HotPath: Sendable {
    /// Reads a request without doing anything. Nil: it is for the routes.
    func open(_ head: HTTPRequestHead) -> HotRequest?

    /// Nil: the routes must answer; nothing has been counted or changed then.
    func answer(_ request: inout HotRequest, requestID: CallID, client: ClientAddress) -> HotAnswer?
}

struct HotAnswer {
    var status: HTTPResponseStatus
    /// Without what the edge adds to every answer.
    var headers: HTTPHeaders
    var body: ByteBuffer?
}

extension HotAnswer {
    /// The answer on the wire, as the HTTP encoder would write it for a connection that goes on.
    func bytes(requestID: CallID, date: String, allocator: ByteBufferAllocator) -> ByteBuffer {
        var bytes = allocator.buffer(capacity: 1024)
        bytes.writeStaticString("HTTP/1.1 ")
        bytes.writeString(String(status.code))
        bytes.writeStaticString(" ")
        bytes.writeString(status.reasonPhrase)
        bytes.writeStaticString("\r\n")
        for (name, value) in headers { bytes.writeField(name, value) }
        bytes.writeField(InnerHead.requestIDField, requestID.text)
        bytes.writeField("Date", date)
        bytes.writeStaticString("\r\n")
        if let body { bytes.writeImmutableBuffer(body) }
        return bytes
    }
}

extension ByteBuffer {
    fileprivate mutating func writeField(_ name: String, _ value: String) {
        writeString(name)
        writeStaticString(": ")
        writeString(value)
        writeStaticString("\r\n")
    }
}
