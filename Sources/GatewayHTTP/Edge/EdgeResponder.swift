package import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Hands one connection's requests to the routes and their answers back.
struct EdgeResponder<Inner: HTTPResponder>: Sendable where Inner.Context == GatewayRequestContext {
    let inner: Inner
    let client: ClientAddress
    let presence: ClientPresence
    let logger: Logger

    /// Routes answer their own refusals; what is thrown as far as here was not foreseen, and its text stays in the log.
    func answer(to request: Request, on channel: any Channel) async -> Response {
        let context = GatewayRequestContext(source: source(of: request, on: channel))
        do {
            // A task of its own, which takes its memory with it: that of a task is as much as its deepest call ever needed,
            // and the connection's task, whose calls these would be, stays as long as the client.
            async let response = inner.respond(to: request, context: context)
            return try await response
        } catch {
            context.logger.error("A route failed", metadata: ["error": "\(error)"])
            let problem = ProblemReply(
                .internalError, detail: "The gateway failed to answer. Its log has the reason under this request id.")
            return problem.response(requestID: context.requestID)
        }
    }

    private func source(of request: Request, on channel: any Channel) -> EdgeRequestSource {
        // The edge always sets the field; a head without it would come from somewhere else and gets an id of its own.
        let requestID = request.headers[.requestID].flatMap(CallID.init(text:)) ?? .random()
        var logger = logger
        logger[metadataKey: "request_id"] = .string(requestID.text)
        return EdgeRequestSource(
            logger: logger, requestID: requestID, client: client, presence: presence, startedAt: .now,
            askForBody: { channel.triggerUserOutboundEvent(EdgeHandler.BodyWanted(), promise: nil) })
    }
}

extension HTTPField.Name {
    /// `X-Request-Id`: made by the edge, on every request that gets in and every answer that goes out.
    package static let requestID: HTTPField.Name = {
        guard let name = HTTPField.Name(InnerHead.requestIDField) else { preconditionFailure("a constant field name") }
        return name
    }()
}
