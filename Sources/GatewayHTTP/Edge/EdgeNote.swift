/// One refusal of the edge, for metrics and the audit. No route saw the request.
package struct EdgeNote: Sendable, Equatable {
    package var requestID: CallID
    package var client: ClientAddress
    package var code: ProblemCode
    package var status: Int
    /// The rule, as the client was told.
    package var detail: String
}

/// Called on an event loop: must return at once.
package typealias EdgeObserver = @Sendable (EdgeNote) -> Void
