/// Why a connection is of no more use.
enum LinkFault: Error, Equatable {
    /// - reason: a few words without data.
    case lost(reason: String)
    /// The server did not answer in time; it may still be at work.
    case overdue
    /// The alarm rang while the server was at work.
    case interrupted

    var reason: String {
        switch self {
        case .lost(let reason): reason
        case .overdue: "the server did not answer in time"
        case .interrupted: "the caller gave up"
        }
    }
}
