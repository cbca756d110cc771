package import GatewayCore
package import Logging
package import NIOCore
import NIOSSL
package import VinciAPI

/// Vinci over HTTP with one API key. Connections are never shared between keys.
///
/// Must be shut down with ``shutdown()`` before it is let go.
package final class VinciClient: VinciUpstream {
    private let transport: HTTPTransport
    private let classifier: OutcomeClassifier
    private let logger: Logger

    /// - keptConnections: what all clients of this Vinci have seen of its servers.
    /// - clock: measures the request timeout; the connect timeout is the HTTP client's own.
    /// - logger: is told at debug level which call ended how; never a body, an id or the key.
    /// - Throws: what makes the key unusable in a header.
    package convenience init(
        apiKey: Secret,
        configuration: VinciClientConfiguration,
        keptConnections: KeptConnections = KeptConnections(),
        eventLoopGroup: any EventLoopGroup,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger = Logger(label: "vinci-client", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(UpstreamKeyProblem) {
        try self.init(
            apiKey: apiKey, configuration: configuration, keptConnections: keptConnections,
            eventLoopGroup: eventLoopGroup, clock: clock, logger: logger, trustRoots: .default)
    }

    /// - trustRoots: anything but the default is for tests.
    init(
        apiKey: Secret, configuration: VinciClientConfiguration, keptConnections: KeptConnections = KeptConnections(),
        eventLoopGroup: any EventLoopGroup, clock: any Clock<Duration>, logger: Logger, trustRoots: NIOSSLTrustRoots
    ) throws(UpstreamKeyProblem) {
        let key = try UpstreamKey(apiKey)
        classifier = OutcomeClassifier(onServerError: configuration.onServerError, key: key)
        transport = HTTPTransport(
            key: key, configuration: configuration, keptConnections: keptConnections, eventLoopGroup: eventLoopGroup,
            clock: clock, trustRoots: trustRoots)
        self.logger = logger
    }

    /// Ends what is still under way (a sent order becomes `unknown`) and closes all connections. May be called again.
    package func shutdown() async {
        await transport.shutdown()
    }

    package func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome> {
        let request = UpstreamRequest.order(request)
        let exchange = await transport.order(request, terms) { [self] exchange in
            note(request, exchange, "late")
            let reading = classifier.submit(exchange)
            if case .unknown = reading.outcome { return }
            await terms.late(reading)
        }
        note(request, exchange, "ended")
        return classifier.submit(exchange)
    }

    package func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>> {
        guard let request = UpstreamRequest.status(requestID) else { return .invalidID() }
        return classifier.query(await exchange(request)) { (reader, reply) throws(UnreadableReply) in
            try reader.status(reply.json, of: requestID)
        }
    }

    package func balance() async -> Reading<QueryOutcome<BalanceReply>> {
        classifier.query(await exchange(.balance)) { (reader, reply) throws(UnreadableReply) in
            try reader.balance(reply.json)
        }
    }

    package func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>> {
        classifier.query(await exchange(.usage(days: days))) { (reader, reply) throws(UnreadableReply) in
            try reader.usage(reply.json)
        }
    }

    package func keys() async -> Reading<QueryOutcome<KeyListReply>> {
        classifier.query(await exchange(.keys)) { (reader, reply) throws(UnreadableReply) in
            try reader.keys(reply.json)
        }
    }

    package func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>> {
        classifier.query(await exchange(.createKey(request))) { (reader, reply) throws(UnreadableReply) in
            try reader.newKey(reply.json)
        }
    }

    package func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>> {
        guard let request = UpstreamRequest.revokeKey(keyID) else { return .invalidID() }
        return classifier.query(await exchange(request)) { (reader, reply) throws(UnreadableReply) in
            try reader.revokedKey(reply.json, keyID: keyID)
        }
    }

    private func exchange(_ request: UpstreamRequest) async -> Exchange {
        let exchange = await transport.exchange(request)
        note(request, exchange, "ended")
        return exchange
    }

    private func note(_ request: UpstreamRequest, _ exchange: Exchange, _ how: String) {
        logger.debug("Vinci call \(how)", metadata: ["call": "\(request.name)", "end": "\(exchange.summary)"])
    }
}

/// Shows nothing of itself: below it lie connections, whose buffers hold the key.
extension VinciClient: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Reading {
    /// The caller's id is not of Vinci's grammar; nothing was sent.
    fileprivate static func invalidID<Reply>() -> Self where Outcome == QueryOutcome<Reply> {
        Reading(.failed(.unreachable(reason: "not sent: this is no id of Vinci's")))
    }
}

extension Exchange {
    fileprivate var summary: String {
        switch self {
        case .notSent(let failure): "not sent: \(failure.reason)"
        case .broken(_, let failure): "broken: \(failure.reason)"
        case .replied(let reply): "status \(reply.status)"
        }
    }
}
