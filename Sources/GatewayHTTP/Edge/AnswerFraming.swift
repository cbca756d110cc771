import NIOHTTP1

/// How the end of an answer is told. Done here and not by NIO's encoder, which does not know the request's method and
/// would end the answer to a `HEAD` with a chunk.
enum AnswerFraming {
    /// Sets `Content-Length` and `Transfer-Encoding` right.
    /// - Returns: whether body bytes may follow the head.
    static func apply(to head: inout HTTPResponseHead, method: HTTPMethod, version: HTTPVersion) -> Bool {
        head.headers.remove(name: "transfer-encoding")
        guard head.status.mayHaveResponseBody else {
            head.headers.remove(name: "content-length")
            return false
        }
        guard method != .HEAD else {
            // Made of the answer to a GET by taking the body away; one whose length nobody knew would now be said to have none.
            if head.headers.first(name: "content-length") == "0" { head.headers.remove(name: "content-length") }
            return false
        }
        guard !head.headers.contains(name: "content-length") else { return true }
        // An HTTP/1.0 client reads until the connection closes, which it does after each answer.
        if version == .http1_1 { head.headers.add(name: "transfer-encoding", value: "chunked") }
        return true
    }
}
