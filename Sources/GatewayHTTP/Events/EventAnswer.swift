import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird
import NIOCore

/// A stream of a job's events as the answer to one request, or the word that there is nothing more to come.
struct EventAnswer {
    let events: EventStream
    let urls: VideoURLs

    /// - presence: of the client that takes the stream.
    func response(_ presence: ClientPresence) -> Response {
        // A browser that is told "no content" does not come again.
        guard !events.isOver else { return Response(status: .noContent, headers: fields) }
        var headers = fields
        headers[.contentType] = "text/event-stream"
        headers[.accelBuffering] = "no"
        return Response(status: .ok, headers: headers, body: body(presence))
    }

    private var fields: HTTPFields { [.cacheControl: "no-store", .gatewayJobID: events.job.text] }

    private func body(_ presence: ClientPresence) -> ResponseBody {
        ResponseBody { [events, urls] writer in
            let signal = StreamSignal()
            presence.watch { signal.raise(.left) }
            defer { presence.unwatch() }
            try await writer.write(ByteBuffer(string: EventText.opening))
            try await events.run(signal, render: { try EventAnswer.text(of: $0, urls) }) { text in
                try await writer.write(ByteBuffer(string: text))
            }
            try await writer.finish(nil)
        }
    }

    /// All of one step in one piece, so that what belongs together arrives together.
    private static func text(of step: EventStream.Step, _ urls: VideoURLs) throws(AnswerFault) -> String {
        switch step {
        case .heartbeat:
            return EventText.heartbeat
        case .news(let events, let answer, let caller):
            let json = try urls.text(of: answer, for: caller).text.json
            return events.map { EventText.text($0, data: json) }.joined()
        }
    }
}
