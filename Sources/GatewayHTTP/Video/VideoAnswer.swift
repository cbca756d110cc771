import GatewayCore
import HTTPTypes
import Hummingbird
import NIOCore
import VideoFiles

/// A kept file as the answer to one request: all of it, a part, or the word that the client has it already.
struct VideoAnswer {
    let file: VideoFile

    /// Read and written at a time: what one reader takes of the memory, and how far reading goes ahead of a slow client.
    private static let pieceBytes = 64 << 10

    private var record: VideoRecord { file.record }
    /// Strong: made of the content.
    private var tag: String { "\"\(record.sha256.prefix(16).hexadecimal)\"" }

    func response(to request: Request) -> Response {
        var response = answer(to: request)
        response.headers[.eTag] = tag
        response.headers[.acceptRanges] = "bytes"
        response.headers[.cacheControl] = "private, max-age=300"
        response.headers[.gatewayJobID] = record.job.text
        response.headers[.contentTypeOptions] = "nosniff"
        // Pages that isolate themselves show what says that it may be shown; who may see it is said by token and link.
        response.headers[.resourcePolicy] = "cross-origin"
        return response
    }

    private func answer(to request: Request) -> Response {
        if EntityTag.matches(request.headers[.ifNoneMatch], tag) { return Response(status: .notModified) }
        switch range(in: request) {
        case .whole:
            return content(0..<record.bytes, status: .ok)
        case .part(let range):
            var response = content(range, status: .partialContent)
            response.headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(record.bytes)"
            return response
        case .unsatisfiable:
            return Response(
                status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(record.bytes)"],
                body: ResponseBody())
        }
    }

    /// Ranges are for GET alone, and for the file that the client has the beginning of.
    private func range(in request: Request) -> RangeHeader {
        let values = request.headers[values: .range]
        guard request.method == .get, values.count == 1, (request.headers[.ifRange] ?? tag) == tag else {
            return .whole
        }
        return RangeHeader(values.first, length: record.bytes)
    }

    private func content(_ range: Range<Int>, status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: record.format.contentType,
                .contentDisposition: "inline; filename=\"\(record.job).\(record.format.fileExtension)\"",
            ],
            body: ResponseBody(contentLength: range.count) { [file] writer in
                var next = range.lowerBound
                while next < range.upperBound {
                    let count = min(VideoAnswer.pieceBytes, range.upperBound - next)
                    try await writer.write(try await file.read(at: next, count: count))
                    next += count
                }
                try await writer.finish(nil)
            })
    }
}
