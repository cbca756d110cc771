package import Foundation
package import Logging

/// Everything an operator can set, checked: the defaults below are the ones of `config/gateway.yaml`.
///
/// What each value means and which values are allowed stands in ``ConfigurationKey/all``.
package struct GatewayConfiguration: Sendable, Equatable {
    package var publicPort = PublicPort()
    package var adminPort = AdminPort()
    package var upstream = Upstream()
    package var store = Store()
    package var pricing = Pricing()
    package var limits = Limits()
    package var submit = Submit()
    package var status = Status()
    package var videos = Videos()
    package var webhooks = Webhooks()
    package var audit = Audit()
    package var logging = Logging()

    package init() {}

    package struct PublicPort: Sendable, Equatable {
        package var host = "127.0.0.1"
        /// 0 takes a free port.
        package var port = 8080
        /// As configured, without a slash at the end; nil to derive it, see ``baseURL(boundPort:)``.
        package var configuredBaseURL: String?
    }

    package struct AdminPort: Sendable, Equatable {
        package var host = "127.0.0.1"
        /// 0 takes a free port.
        package var port = 8081
    }

    package struct Upstream: Sendable, Equatable {
        /// Without a slash at the end; https unless it is loopback.
        package var baseURL = "https://tryvinci.com/api"
        package var keys: [UpstreamKeySetting] = []
        package var connectTimeout = Duration.seconds(5)
        package var requestTimeout = Duration.seconds(30)
        package var onServerError = ServerErrorPolicy.hold
        package var accountExclusive = true
    }

    /// What becomes of the hold when Vinci answers an order with a complete 500.
    package enum ServerErrorPolicy: String, Sendable, CaseIterable {
        case hold, release
    }

    package struct Store: Sendable, Equatable {
        package var location = StoreLocation.sqlite(path: "data/gateway.db")
    }

    package struct Pricing: Sendable, Equatable {
        package var usdPerSecond = Decimal(5) / 100
        package var holdMarginPercent = 10
    }

    package struct Limits: Sendable, Equatable {
        package var tokenRequestsPerMinute = 10
        package var tokenReadsPerMinute = 600
        package var openJobsPerTeam = 100
    }

    package struct Submit: Sendable, Equatable {
        package var duplicateWindow = Duration.seconds(10)
        package var slotWait = Duration.seconds(5)
    }

    package struct Status: Sendable, Equatable {
        package var pollMin = Duration.seconds(2)
        package var pollMax = Duration.seconds(10)
        package var maxAge = Duration.seconds(2)
    }

    package struct Videos: Sendable, Equatable {
        package var directory = "data/videos"
        package var bytesMax: Int64 = 10 << 30
        package var allowedHosts = ["storage.googleapis.com"]
        package var rewriteURLs = false
        package var linkLifetime = Duration.seconds(15 * 60)
    }

    package struct Webhooks: Sendable, Equatable {
        package var retryFor = Duration.seconds(24 * 3600)
        package var allowedHosts: [String] = []
    }

    package struct Audit: Sendable, Equatable {
        package var prompts = false
    }

    package struct Logging: Sendable, Equatable {
        package var level = Logger.Level.info
        package var format = LogFormat.text
    }

    package enum LogFormat: String, Sendable, CaseIterable {
        case text, json
    }
}

extension GatewayConfiguration.PublicPort {
    /// The gateway's address as clients see it: the configured one, or one made of host and port.
    /// - boundPort: the port that is listened on, which differs from ``port`` when that is 0.
    package func baseURL(boundPort: Int) -> String {
        if let configuredBaseURL { return configuredBaseURL }
        // A wildcard is an address to listen on, not one to call.
        let name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        return "http://\(name.contains(":") ? "[\(name)]" : name):\(boundPort)"
    }
}
