import NIOHTTP1

/// Why a request could not be parsed at all.
enum ParserFault: Equatable, Sendable {
    /// The client stopped in the middle of a request.
    case cutOff
    case tooLarge
    case framing
    case method
    case target
    case version
    case header
    case chunk
    case other

    init(_ error: HTTPParserError) {
        self =
            switch error {
            case .invalidEOFState, .closedConnection: .cutOff
            case .headerOverflow: .tooLarge
            case .unexpectedContentLength, .invalidContentLength, .unknown: .framing
            case .invalidMethod: .method
            case .invalidURL, .invalidHost, .invalidPort, .invalidPath, .invalidQueryString, .invalidFragment: .target
            case .invalidVersion: .version
            case .invalidHeaderToken, .lfExpected: .header
            case .invalidChunkSize: .chunk
            default: .other
            }
    }

    func detail(_ limits: EdgeLimits) -> String {
        switch self {
        case .cutOff: "The request ended before it was complete."
        case .tooLarge:
            "The request head is too large: at most \(limits.headFieldsMax) fields, \(limits.lineBytesMax) bytes in the "
                + "target, a name or a value, and \(limits.headBytesMax) bytes in all."
        case .framing: "Content-Length and Transfer-Encoding do not say clearly where the body ends."
        case .method: "The request does not begin with a method that is served here."
        case .target: "The request target is malformed."
        case .version: HeadFault.version.detail
        case .header: "A header line is malformed."
        case .chunk: "A chunk of the body is malformed."
        case .other: "The request is not well-formed HTTP/1.1."
        }
    }
}
