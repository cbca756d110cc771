import VinciAPI

extension QueryOutcome {
    /// The `status` label of the metrics.
    var label: String {
        switch self {
        case .reply: "200"
        case .failed(.status(let status, _, _)): "\(status)"
        case .failed(.unreachable): "unreachable"
        case .failed(.unreadable): "unreadable"
        }
    }
}
