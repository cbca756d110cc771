import Foundation
import NIOCore
import NIOHTTP1

/// A reply as it came over the wire, to its end.
struct HTTPReply: Sendable, Equatable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer

    init(status: Int, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(_ head: HTTPResponseHead) {
        self.init(status: Int(head.status.code), headers: head.headers)
    }

    var json: Data { body.withUnsafeReadableBytes { Data(buffer: $0.bindMemory(to: UInt8.self)) } }

    /// Whether the reply announced its own end. Without a length or chunks a body just ends with the connection, and a cut
    /// one looks like a whole one.
    var announcedItsEnd: Bool {
        status < 200 || status == 204 || status == 304
            || headers.contains(name: "Content-Length")
            || headers[canonicalForm: "Transfer-Encoding"].last?.lowercased() == "chunked"
    }
}

extension HTTPResponseStatus {
    /// 100 and 103 announce a reply; 101 is one.
    var isInterim: Bool { code < 200 && self != .switchingProtocols }
}
