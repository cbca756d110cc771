import GatewayCore
import GuardedHTTP
import NIOCore
import NIOHTTP1
import Synchronization
import VideoFiles

/// The attempts to get one file into one part. Remembers between them what the host said about the file.
final class VideoDownload: Sendable {
    enum End: Sendable, Hashable {
        case whole
        /// The URL leads nowhere any more.
        case expired
        /// Another attempt may go on.
        case broken(reason: String)
        case refused(DestinationProblem)
        case failed(VideoTrouble)
        case fileFault(FileFault)
    }

    private struct Known {
        /// A strong tag: with it, the rest of the very same file can be asked for.
        var tag: String?
        var total: Int?
    }

    private let client: GuardedClient
    private let limits: GuardedLimits
    private let part: VideoPart
    private let makeRoom: @Sendable (Int) async -> Bool
    private let known = Mutex(Known())

    /// Room for a file of unknown length is made in steps of this size.
    private static let roomStep = 4 << 20

    init(
        client: GuardedClient, limits: GuardedLimits, part: VideoPart,
        makeRoom: @escaping @Sendable (Int) async -> Bool
    ) {
        self.client = client
        self.limits = limits
        self.part = part
        self.makeRoom = makeRoom
    }

    func attempt(_ url: String) async -> End {
        do throws(GuardedFault) {
            if part.count > 0, known.withLock({ $0.tag }) == nil {
                if let end = await restart() { return end }
            }
            let request = GuardedRequest(.get, url, headers: headers)
            return try await client.exchange(request, limits) { reply throws(GuardedFault) in
                try await self.take(&reply)
            }
        } catch {
            return switch error {
            case .refused(let problem): .refused(problem)
            case .replyTooLarge: .failed(.tooLarge)
            case .shutDown, .cancelled: .failed(.draining)
            case .redirected, .nameNotResolved, .notConnected, .tlsFailed, .stalled, .deadline, .connectionLost,
                .notHTTP:
                .broken(reason: "\(error)")
            }
        }
    }

    private var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Accept": "video/*"]
        if part.count > 0, let tag = known.withLock({ $0.tag }) {
            headers.add(name: "Range", value: "bytes=\(part.count)-")
            headers.add(name: "If-Range", value: tag)
        }
        return headers
    }

    private func take(_ reply: inout GuardedReply) async throws(GuardedFault) -> End {
        switch reply.status {
        case 200:
            if part.count > 0, let end = await restart() { return end }
            let tags = reply.headers["ETag"]
            known.withLock { [reply] known in
                known.tag = tags.count == 1 ? tags.first.flatMap { $0.hasPrefix("\"") ? $0 : nil } : nil
                known.total = reply.contentLength
            }
        case 206 where part.count > 0:
            let total = known.withLock { $0.total }
            let isTheRest = total.map { total in
                reply.headers["Content-Range"] == ["bytes \(part.count)-\(total - 1)/\(total)"]
            }
            guard isTheRest == true else { return await restart() ?? .broken(reason: "another part was sent") }
        case 416 where part.count > 0:
            return await restart() ?? .broken(reason: "the rest is not there")
        case 403, 404, 410: return .expired
        default: return .broken(reason: "status \(reply.status)")
        }
        // Without either, a body that was cut looks like one that ended.
        guard reply.contentLength != nil || reply.isChunked else { return .broken(reason: "the body has no length") }
        return try await takeBody(&reply)
    }

    private func takeBody(_ reply: inout GuardedReply) async throws(GuardedFault) -> End {
        let total = known.withLock { $0.total }
        var room = total ?? 0
        if let total {
            guard total <= limits.replyBytesMax else { return .failed(.tooLarge) }
            guard await makeRoom(total) else { return .failed(.noRoom) }
        }
        while let piece = try await reply.next() {
            let count = part.count + piece.readableBytes
            guard count <= limits.replyBytesMax else { return .failed(.tooLarge) }
            if count > room {
                guard total == nil else { return await restart() ?? .broken(reason: "more than was announced") }
                room = min(count + VideoDownload.roomStep, limits.replyBytesMax)
                guard await makeRoom(room) else { return .failed(.noRoom) }
            }
            do throws(FileFault) {
                try await part.write(piece)
            } catch {
                return .fileFault(error)
            }
        }
        guard total == nil || part.count == total else { return .broken(reason: "less than was announced") }
        return part.count > 0 ? .whole : .broken(reason: "an empty body")
    }

    /// - Returns: how the attempt ends if even that fails.
    private func restart() async -> End? {
        known.withLock { $0 = Known() }
        do throws(FileFault) {
            try await part.restart()
            return nil
        } catch {
            return .fileFault(error)
        }
    }
}
