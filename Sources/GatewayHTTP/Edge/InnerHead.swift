import NIOHTTP1

/// The head that code behind the edge gets: without what belongs to this connection only, and with the edge's own
/// request id instead of whatever the client called it.
enum InnerHead {
    static let requestIDField = "X-Request-Id"

    static func make(from head: HTTPRequestHead, requestID: CallID) -> HTTPRequestHead {
        let named = named(in: head.headers)
        var kept = HTTPHeaders()
        kept.reserveCapacity(head.headers.count + 1)
        for (name, value) in head.headers {
            let key = name.lowercased()
            guard !perConnection.contains(key), !named.contains(key) else { continue }
            kept.add(name: name, value: value)
        }
        kept.add(name: requestIDField, value: requestID.text)
        return HTTPRequestHead(version: head.version, method: head.method, uri: head.uri, headers: kept)
    }

    private static let perConnection: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", requestIDField.lowercased(),
    ]

    /// What `Connection` declares to be meant for this hop.
    private static func named(in headers: HTTPHeaders) -> [String] {
        headers[canonicalForm: "connection"].map { $0.lowercased() }
    }
}
