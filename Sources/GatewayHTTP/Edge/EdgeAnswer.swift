import NIOCore
import NIOHTTP1

/// A refusal as the edge sends it: always the last answer of its connection.
struct EdgeAnswer {
    var head: HTTPResponseHead
    var body: ByteBuffer

    /// - date: a value for the `Date` header.
    init(_ problem: ProblemReply, requestID: CallID, date: String) {
        body = ByteBuffer(string: problem.json(requestID: requestID))
        var headers: HTTPHeaders = [
            "Content-Type": ProblemReply.contentType,
            "Content-Length": String(body.readableBytes),
            "Cache-Control": "no-store",
            "Connection": "close",
            "Date": date,
            InnerHead.requestIDField: requestID.text,
        ]
        if let seconds = problem.retryAfterSeconds { headers.add(name: "Retry-After", value: String(seconds)) }
        head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: problem.status), headers: headers)
    }

    /// The bytes on the wire, for a connection on which no request was parsed that the encoder could answer.
    var bytes: ByteBuffer {
        var text = "HTTP/1.1 \(head.status.code) \(head.status.reasonPhrase)\r\n"
        for (name, value) in head.headers { text += "\(name): \(value)\r\n" }
        var bytes = ByteBuffer(string: text + "\r\n")
        bytes.writeImmutableBuffer(body)
        return bytes
    }
}
