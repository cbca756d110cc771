package import NIOHTTP1

/// A request to a URL that somebody else chose. Holds no credential of the gateway's, and adds none.
package struct GuardedRequest: Sendable {
    package enum Method: Sendable {
        case get
        case post([UInt8])
    }

    /// As it was given; judged by the client's rules when it is sent.
    package var url: String
    package var method: Method
    /// `Host`, `User-Agent`, `Accept-Encoding` and the framing of the body are written by the client.
    package var headers: HTTPHeaders

    package init(_ method: Method, _ url: String, headers: HTTPHeaders = [:]) {
        self.method = method
        self.url = url
        self.headers = headers
    }
}

/// How long one exchange may take, and how much may come back.
package struct GuardedLimits: Sendable, Hashable {
    /// For finding the name, and again for a connection with its TLS.
    package var connect: Duration
    /// Longest silence of the other side while something is expected of it.
    package var stall: Duration
    /// For everything, from the name to the last byte.
    package var total: Duration
    /// More than this of a reply's body is a fault.
    package var replyBytesMax: Int

    package init(connect: Duration, stall: Duration, total: Duration, replyBytesMax: Int) {
        self.connect = connect
        self.stall = stall
        self.total = total
        self.replyBytesMax = replyBytesMax
    }
}
