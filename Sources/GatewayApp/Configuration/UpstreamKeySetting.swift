package import GatewayCore
import VinciAPI

/// One entry of `upstream.keys`, with the key itself already read from where the entry points.
package struct UpstreamKeySetting: Sendable, Equatable {
    /// Where a key is read from; it never stands in the configuration itself.
    package enum Source: Sendable, Equatable {
        case environment(String)
        case file(String)
    }

    package static let requestsPerMinuteDefault = VinciLimits.keyRequestsPerMinuteDefault

    package var id: UpstreamKeyID
    package var source: Source
    package var requestsPerMinute: Int
    package var secret: Secret

    package init(id: UpstreamKeyID, source: Source, requestsPerMinute: Int, secret: Secret) {
        self.id = id
        self.source = source
        self.requestsPerMinute = requestsPerMinute
        self.secret = secret
    }
}
