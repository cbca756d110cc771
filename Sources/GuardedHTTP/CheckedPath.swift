import AsyncHTTPClient
import GatewayCore
import NIOCore
import NIOSSL
import Synchronization

/// The way to one address that may be connected to; proves of each connection that it leads there.
final class CheckedPath: Sendable {
    let address: IPAddress
    private let connected = Mutex(false)

    init(to address: IPAddress) { self.address = address }

    /// Whether a connection stood, so that a request may have been written.
    var isConnected: Bool { connected.withLock { $0 } }

    /// Before the first byte of a request.
    fileprivate func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let peer = channel.remoteAddress?.ipAddress, IPAddress(peer) == address else {
            return channel.eventLoop.makeFailedFuture(ElsewhereConnected())
        }
        connected.withLock { $0 = true }
        return channel.eventLoop.makeSucceededVoidFuture()
    }
}

private struct ElsewhereConnected: Error {}

extension HTTPClient.Configuration {
    /// One exchange over one connection to one address. Certificates are verified in full, for the host's name.
    static func guarded(
        _ host: DestinationHost, _ path: CheckedPath, _ limits: GuardedLimits, trustRoots: NIOSSLTrustRoots
    ) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = .fullVerification
        tls.trustRoots = trustRoots

        var pool = ConnectionPool(idleTimeout: .seconds(1), concurrentHTTP1ConnectionsPerHostSoftLimit: 1)
        // An address that refuses says so at once, and the next one is tried.
        pool.retryConnectionEstablishment = false
        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: Timeout(
                connect: TimeAmount(limits.connect), read: TimeAmount(limits.stall),
                write: TimeAmount(limits.stall)),
            connectionPool: pool,
            proxy: nil,
            decompression: .disabled)
        settings.http1_1ConnectionDebugInitializer = { path.admit($0) }
        settings.httpVersion = .http1Only
        settings.maximumUsesPerConnection = 1
        // Connects to the address and speaks to the host: name indication, certificate and `Host` are the URL's.
        if host.address == nil { settings.dnsOverride = [host.text: "\(path.address)"] }
        // A tracer would add its own headers.
        settings.tracing.tracer = nil
        return settings
    }
}
