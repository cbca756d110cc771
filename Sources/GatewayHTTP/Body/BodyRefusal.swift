/// Why a request's body, query or form is not taken.
package enum BodyRefusal: Error, Equatable, Sendable {
    /// - detail: a sentence that names the limit.
    case tooLarge(detail: String)
    case unsupportedMediaType(detail: String)
    /// Not well-formed as a whole; the sentence says what is wrong and, if known, where.
    case malformed(detail: String)
    case invalidField(InvalidField)
    /// The client went away, or was cut off, before the body was complete.
    case truncated
    /// Our own disk failed; the reason is for the log, not for the client.
    case storageFailed(reason: String)
}

extension BodyRefusal {
    package var problem: ProblemReply {
        switch self {
        case .tooLarge(let detail): ProblemReply(.bodyTooLarge, detail: detail)
        case .unsupportedMediaType(let detail): ProblemReply(.unsupportedMediaType, detail: detail)
        case .malformed(let detail): ProblemReply(.invalidRequest, detail: detail)
        case .invalidField(let field): field.problem
        case .truncated: ProblemReply(.invalidRequest, detail: "The request body ended before it was complete.")
        case .storageFailed:
            ProblemReply(
                .storageUnavailable, detail: "The upload could not be stored. Try again later.", retryAfterSeconds: 5)
        }
    }
}
