import HTTPTypes
package import Hummingbird
import NIOCore

extension ProblemReply {
    /// The answer of a route.
    package func response(requestID: CallID) -> Response {
        Response(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: json(requestID: requestID))))
    }

    private var fields: HTTPFields {
        var fields: HTTPFields = [.contentType: ProblemReply.contentType, .cacheControl: "no-store"]
        if let retryAfterSeconds { fields[.retryAfter] = String(retryAfterSeconds) }
        return fields
    }
}
