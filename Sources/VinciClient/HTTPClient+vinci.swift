import AsyncHTTPClient
import NIOCore
import NIOSSL

extension HTTPClient.Configuration {
    /// Settings of the connections that are kept, or of those that are not. Proxies, cookies, compression, redirects and HTTP/2
    /// are off; certificates are verified in full.
    static func vinci(
        _ configuration: VinciClientConfiguration, keeps: Bool, _ keptConnections: KeptConnections, gate: SendGate,
        trustRoots: NIOSSLTrustRoots
    ) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = .fullVerification
        tls.trustRoots = trustRoots

        let bytesMax = configuration.replyBytesMax
        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: Timeout(connect: TimeAmount(configuration.connectTimeout)),
            connectionPool: ConnectionPool(
                idleTimeout: keeps ? keptIdleTimeout : ownIdleTimeout,
                concurrentHTTP1ConnectionsPerHostSoftLimit: configuration.connectionsMax),
            proxy: nil,
            decompression: .disabled,
            // Run for every HTTP/1 connection before its first request; a tool for debugging by name only.
            http1_1ConnectionDebugInitializer: { channel in
                SendGateHandler.install(
                    in: channel, gate: gate, keptConnections: keptConnections, replyBytesMax: bytesMax)
            })
        settings.httpVersion = .http1Only
        settings.maximumUsesPerConnection = keeps ? nil : 1
        // A tracer would add its own headers to requests to Vinci.
        settings.tracing.tracer = nil
        return settings
    }

    /// Below the 5 s after which common application servers close an idle connection, so that this side closes first.
    private static var keptIdleTimeout: TimeAmount { .seconds(4) }

    /// A connection whose request gave up while it was being made must not grow old.
    private static var ownIdleTimeout: TimeAmount { .seconds(1) }
}
