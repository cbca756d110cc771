import Foundation
package import GatewayCore

/// Where the database is.
package enum StoreLocation: Sendable, Equatable {
    /// A path, relative to the working directory unless it begins with a slash.
    case sqlite(path: String)
    /// A connection URL for libpq; a `Secret`, since it may hold a password.
    case postgres(url: Secret)

    /// - text: `sqlite:PATH` or `postgres://…` (also `postgresql://…`); nil for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            let path = text.dropFirst("sqlite:".count)
            // `:memory:` and `file:` URIs would be stores that lose money or escape the lock file.
            guard !path.isEmpty, !path.hasPrefix(":"), !path.hasPrefix("file:"), !path.hasPrefix("//") else {
                return nil
            }
            self = .sqlite(path: String(path))
        } else {
            guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { return nil }
            // No host is a Unix socket. What cannot be taken apart here could not be shown without its password.
            guard URLComponents(string: text) != nil else { return nil }
            self = .postgres(url: Secret(text))
        }
    }

    /// The same text with a password, if there is one, as `***`.
    package var shown: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let url): Self.masked(url.reveal())
        }
    }

    private static func masked(_ text: String) -> String {
        guard var url = URLComponents(string: text) else { return "***" }
        if url.password != nil { url.password = "***" }
        url.percentEncodedQueryItems = url.percentEncodedQueryItems?.map { item in
            item.name.lowercased().contains("password") ? URLQueryItem(name: item.name, value: "***") : item
        }
        return url.string ?? "***"
    }
}
