/// Why there is no connection to a store, or none that may be used; each says what an operator has to look at.
///
/// - server: `user@host:port/database`; never a password.
package enum PostgresOpenFailure: Error, Sendable, Equatable {
    /// Not shown with the text: nobody can tell which part of a broken URL is its password.
    case badURL
    /// Nobody answers there, or not now: it is starting up, or has no connection to spare.
    case unreachable(server: String, reason: String)
    /// TLS could not be set up as the URL demands.
    case insecure(server: String, reason: String)
    /// The server does not let this role in.
    case notAuthenticated(server: String, reason: String)
    case noSuchDatabase(server: String)
    /// The role may not do what the store needs.
    case notPermitted(server: String, reason: String)
    /// A standby, or a database that was switched to reading only.
    case notWritable(server: String, reason: String)
    /// - version: of the server, such as `12.4`.
    case tooOld(server: String, version: String)
    /// The server would not promise durability, or not keep text as it is.
    case unsafeSetting(server: String, reason: String)
}

extension PostgresOpenFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badURL:
            """
            the URL is not of the form postgres://USER@HOST:PORT/DATABASE?NAME=VALUE with parameters that libpq knows \
            (percent-encode special characters)
            """
        case .unreachable(let server, let reason): "\(server) cannot be reached: \(reason)"
        case .insecure(let server, let reason): "no secure connection to \(server): \(reason)"
        case .notAuthenticated(let server, let reason): "\(server) does not let this role in: \(reason)"
        case .noSuchDatabase(let server): "\(server) has no database of that name"
        case .notPermitted(let server, let reason): "the role may not do what is needed at \(server): \(reason)"
        case .notWritable(let server, let reason): "\(server) cannot be written: \(reason)"
        case .tooOld(let server, let version): "\(server) is PostgreSQL \(version); 13 is the oldest that will do"
        case .unsafeSetting(let server, let reason): "\(server) cannot be written durably: \(reason)"
        }
    }
}
