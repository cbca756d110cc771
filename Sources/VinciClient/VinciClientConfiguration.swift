/// How the client talks to Vinci; the values of `upstream:` in the configuration file.
package struct VinciClientConfiguration: Sendable, Equatable {
    package var baseURL: UpstreamBaseURL
    /// For name resolution, TCP and TLS together, and for the wait for a free connection.
    package var connectTimeout: Duration
    /// For a whole call: from its first step to the last byte of the reply.
    package var requestTimeout: Duration
    /// How long after its timeout an order's reply is still listened for, as evidence of what became of it.
    package var lateReplyPatience: Duration
    /// A longer reply body is cut off and counts as incomplete.
    package var replyBytesMax: Int
    package var onServerError: ServerErrorPolicy
    /// Connections at a time that are used once, and as many again that are kept.
    package var connectionsMax: Int

    package init(
        baseURL: UpstreamBaseURL,
        connectTimeout: Duration = .seconds(5),
        requestTimeout: Duration = .seconds(30),
        lateReplyPatience: Duration = .seconds(300),
        replyBytesMax: Int = 1 << 20,
        onServerError: ServerErrorPolicy = .hold,
        connectionsMax: Int = 64
    ) {
        self.baseURL = baseURL
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.lateReplyPatience = lateReplyPatience
        self.replyBytesMax = replyBytesMax
        self.onServerError = onServerError
        self.connectionsMax = connectionsMax
    }
}

/// What a complete 500 with a JSON `detail` says about an order (`upstream.on_server_error`).
package enum ServerErrorPolicy: String, Sendable, CaseIterable {
    /// Nothing: the order may exist, its money stays held.
    case hold
    /// That no job was created.
    case release
}
