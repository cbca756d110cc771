package import Hummingbird
package import Logging

/// What a route knows about its request beyond the request itself.
package struct GatewayRequestContext: RequestContext {
    package typealias Source = EdgeRequestSource

    package var coreContext: CoreRequestContextStorage
    /// As in `X-Request-Id` of the answer.
    package let requestID: CallID
    package let client: ClientAddress
    let presence: ClientPresence
    /// When the request's head had been read.
    package let startedAt: ContinuousClock.Instant
    private let askForBody: @Sendable () -> Void

    package init(source: EdgeRequestSource) {
        coreContext = CoreRequestContextStorage(source: source)
        requestID = source.requestID
        client = source.client
        presence = source.presence
        startedAt = source.startedAt
        askForBody = source.askForBody
    }

    /// Hummingbird's own default reads the id back out of a logger and traps if it is not there.
    package var id: String { requestID.text }

    /// Tells a client that sent `Expect: 100-continue` to go on. Readers of bodies call it, so a request that is refused
    /// by its head alone never sends its body.
    func bodyIsWanted(by request: Request) {
        if request.headers[.expect] != nil { askForBody() }
    }
}

/// What the edge gives a new request's context.
package struct EdgeRequestSource: RequestContextSource {
    package let logger: Logger
    package let requestID: CallID
    package let client: ClientAddress
    package let presence: ClientPresence
    package let startedAt: ContinuousClock.Instant
    package let askForBody: @Sendable () -> Void

    package init(
        logger: Logger, requestID: CallID, client: ClientAddress, presence: ClientPresence = ClientPresence(),
        startedAt: ContinuousClock.Instant,
        askForBody: @escaping @Sendable () -> Void = {}
    ) {
        self.logger = logger
        self.requestID = requestID
        self.client = client
        self.presence = presence
        self.startedAt = startedAt
        self.askForBody = askForBody
    }
}
