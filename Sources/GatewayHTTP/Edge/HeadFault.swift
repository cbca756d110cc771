/// What a request head breaks; one case per rule of the edge.
enum HeadFault: Equatable, Sendable {
    case version
    case method(String)
    case targetForm
    case targetBytes
    case targetFragment
    case pathPercent
    case pathBackslash
    case pathEmptySegment
    case pathDotSegment
    case pathCharacter(Character)
    case headerUnderscore(name: String)
    case headerControl(name: String)
    case hostMissing
    case hostRepeated
    case hostMalformed
    case upgrade
    case expectation
    case contentEncoding
    case transferEncoding
    case lengthAndEncoding
    case lengthRepeated
    case lengthMalformed
    case oldVersionWithBody
}

extension HeadFault {
    /// The rule, for the client's developer.
    var detail: String {
        switch self {
        case .version: "Only HTTP/1.1 and HTTP/1.0 are served here."
        case .method(let name): "The method \(name) is not served here."
        case .targetForm: "The request target must be a path that begins with '/'."
        case .targetBytes: "The request target must be visible ASCII characters without spaces."
        case .targetFragment: "The request target must not have a fragment ('#')."
        case .pathPercent: "The path must not contain '%': no name in it needs an escape."
        case .pathBackslash: "The path must not contain a backslash."
        case .pathEmptySegment: "The path must not contain '//'."
        case .pathDotSegment: "The path must not contain the segments '.' or '..'."
        case .pathCharacter(let character): "The path must not contain '\(character)'."
        case .headerUnderscore(let name): "Header names must not contain '_': \(name)."
        case .headerControl(let name): "Header values must not contain control characters: \(name)."
        case .hostMissing: "The Host header is missing."
        case .hostRepeated: "The Host header must be given once."
        case .hostMalformed: "The Host header must be a name or an address, and optionally a port."
        case .upgrade: "The Upgrade header is not served here."
        case .expectation: "The only Expect that is served here is 100-continue."
        case .contentEncoding: "Request bodies must be sent without Content-Encoding."
        case .transferEncoding: "The only Transfer-Encoding of a request is chunked."
        case .lengthAndEncoding: "Content-Length and Transfer-Encoding must not be sent together."
        case .lengthRepeated: "The Content-Length header must be given once."
        case .lengthMalformed: "The Content-Length header must be a decimal number of bytes."
        case .oldVersionWithBody: "A request with a body must be sent as HTTP/1.1."
        }
    }
}
