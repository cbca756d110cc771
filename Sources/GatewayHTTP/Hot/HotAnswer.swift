import HTTPTypes
import NIOCore
import NIOHTTP1

/// An answer that was made on the event loop.
struct HotAnswer {
    var status: HTTPResponseStatus
    /// Without what the edge adds to every answer.
    var head: HotHead
    var body: String?
}

/// The fields of its head. `HTTPHeaders` would look at every byte of every name and value again.
struct HotHead: AnswerHead {
    struct Field {
        let name: String
        let value: String
    }

    private(set) var fields: [Field] = []

    init() { fields.reserveCapacity(16) }

    mutating func add(_ name: HTTPField.Name, _ value: String) {
        fields.append(Field(name: name.rawName, value: value))
    }
}

extension HotAnswer {
    /// The answer on the wire, as the HTTP encoder would write it for a connection that goes on.
    func bytes(requestID: CallID, date: String, allocator: ByteBufferAllocator) -> ByteBuffer {
        let line = statusLine
        var length = TextLength()
        write(line, requestID, date, to: &length)
        var bytes = allocator.buffer(capacity: length.bytes)
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: length.bytes) { memory in
            var row = TextRow(memory)
            write(line, requestID, date, to: &row)
            return row.bytes
        }
        return bytes
    }

    private var statusLine: String {
        switch status {
        case .ok: "HTTP/1.1 200 OK"
        default: "HTTP/1.1 \(status.code) \(status.reasonPhrase)"
        }
    }

    private func write(_ line: String, _ requestID: CallID, _ date: String, to sink: inout some TextSink) {
        sink.take(line)
        sink.takeLineEnd()
        for field in head.fields { sink.takeField(field.name, field.value) }
        sink.takeField(InnerHead.requestIDField, requestID.text)
        sink.takeField("Date", date)
        sink.takeLineEnd()
        if let body { sink.take(body) }
    }
}
