/// What the edge says "no" to, before any route has seen the request.
enum EdgeRefusal: Equatable, Sendable {
    case head(HeadFault)
    case unreadable(ParserFault)
    case headTooSlow
    case bodyTooSlow
    case full(ConnectionCount.Full)

    func problem(_ limits: EdgeLimits) -> ProblemReply {
        switch self {
        case .head(let fault):
            ProblemReply(.invalidRequest, detail: fault.detail)
        case .unreadable(let fault):
            ProblemReply(.invalidRequest, detail: fault.detail(limits))
        case .headTooSlow:
            ProblemReply(
                .requestTimeout,
                detail: "The request head must be complete within \(limits.headTime.inSeconds) seconds.")
        case .bodyTooSlow:
            ProblemReply(
                .requestTimeout,
                detail: "The request body must be complete within \(limits.bodyTime.inSeconds) seconds, or come at "
                    + "\(limits.bodyBytesPerSecondMin) bytes a second or faster.")
        case .full(.server):
            ProblemReply(.tooManyConnections, detail: "Too many connections are open.", retryAfterSeconds: 1)
        case .full(.client(let max)):
            ProblemReply(
                .tooManyConnections, detail: "Your address has \(max) connections open, which is the most it may have.",
                retryAfterSeconds: 1)
        }
    }
}

extension Duration {
    /// Seconds with up to three decimals and no needless ones, for people.
    fileprivate var inSeconds: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        guard milliseconds % 1000 != 0 else { return String(milliseconds / 1000) }
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(milliseconds / 1000)." + fraction
    }
}
