import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import VinciAPI

/// Turns a reply into bytes on the connection, spoilt as the rule says.
struct ReplySender: Sendable {
    let clock: any SimulatorClock

    func response(for reply: Reply, spoiltBy action: FaultAction?) -> Response {
        var reply = reply
        switch action {
        case .edit(let edit): reply.edit(edit)
        case .wrongJSON: reply.body = reply.body.prefix(reply.body.readableBytes / 2)
        case .contentType(let type): reply.headers[.contentType] = type
        case .truncate(let bytes) where !reply.isHeadOnly: return truncated(reply, afterBytes: bytes)
        case .hugeBody(let bytes) where !reply.isHeadOnly: return padded(reply, toBytes: bytes)
        case .slowBody(let rate) where !reply.isHeadOnly: return slow(reply, bytesPerSecond: max(1, rate))
        default: break
        }
        return reply.isHeadOnly
            ? headOnly(reply)
            : Response(status: reply.status, headers: reply.headers, body: ResponseBody(byteBuffer: reply.body))
    }

    private func headOnly(_ reply: Reply) -> Response {
        Response(
            status: reply.status, headers: reply.headers,
            body: ResponseBody(contentLength: reply.body.readableBytes) { writer in try await writer.finish(nil) })
    }

    private func truncated(_ reply: Reply, afterBytes bytes: Int) -> Response {
        let part = reply.body.prefix(bytes)
        return Response(
            status: reply.status, headers: reply.headers,
            body: ResponseBody(contentLength: reply.body.readableBytes) { writer in
                try await writer.write(part)
                throw ConnectionDropped()
            })
    }

    private func padded(_ reply: Reply, toBytes bytes: Int) -> Response {
        let length = max(bytes, reply.body.readableBytes)
        let blanks = ByteBuffer(repeating: UInt8(ascii: " "), count: 64 * 1024)
        return Response(
            status: reply.status, headers: reply.headers,
            body: ResponseBody(contentLength: length) { writer in
                try await writer.write(reply.body)
                var missing = length - reply.body.readableBytes
                while missing > 0 {
                    let part = blanks.prefix(missing)
                    try await writer.write(part)
                    missing -= part.readableBytes
                }
                try await writer.finish(nil)
            })
    }

    /// Ten portions a second, so that even a few bytes per second arrive evenly.
    private func slow(_ reply: Reply, bytesPerSecond rate: Int) -> Response {
        let portion = max(1, rate / 10)
        let pause = Duration.microseconds(Int64(portion) * 1_000_000 / Int64(rate))
        return Response(
            status: reply.status, headers: reply.headers,
            body: ResponseBody(contentLength: reply.body.readableBytes) { writer in
                var rest = reply.body
                while let part = rest.readSlice(length: min(portion, rest.readableBytes)), part.readableBytes > 0 {
                    try await writer.write(part)
                    if rest.readableBytes > 0 { try await wait(pause) }
                }
                try await writer.finish(nil)
            })
    }

    /// A delay that a shutdown cuts short.
    func wait(_ duration: Duration) async throws {
        guard duration > .zero else { return }
        try await cancelWhenGracefulShutdown { try await clock.sleep(for: duration) }
    }
}

/// Thrown to make the server close a connection in the middle of a reply.
struct ConnectionDropped: Error {}

extension ByteBuffer {
    fileprivate func prefix(_ count: Int) -> ByteBuffer {
        getSlice(at: readerIndex, length: min(max(0, count), readableBytes)) ?? self
    }
}

extension Reply {
    fileprivate mutating func edit(_ edit: ReplyEdit) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView)) else { return }
        body = JSONText.buffer(of: edit.applied(to: value))
    }
}
