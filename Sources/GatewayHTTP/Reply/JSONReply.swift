import HTTPTypes
import Hummingbird
import NIOCore
import VinciAPI

/// Answers with JSON.
enum JSONReply {
    /// - Throws: an encoding error, for values that JSON cannot hold.
    static func of(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        text(try VinciJSON.text(value), status: status)
    }

    static func text(_ json: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "private, no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
    }
}
