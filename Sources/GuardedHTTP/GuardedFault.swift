import AsyncHTTPClient
package import GatewayCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why an exchange with a server that others chose has no complete reply. Nothing of the URL beyond its host, and no text
/// of that server, gets into it.
package enum GuardedFault: Error, Sendable, Hashable {
    /// One of our own rules forbids it; nothing was sent.
    case refused(DestinationProblem)
    case nameNotResolved
    case notConnected
    case tlsFailed
    /// 3xx: redirects are not followed, wherever they lead.
    case redirected(status: Int)
    case replyTooLarge
    /// Longer silent than the limits allow.
    case stalled
    /// Not over within the total time.
    case deadline
    case connectionLost
    case notHTTP
    case cancelled
    case shutDown

    /// Whether certainly no byte of the request has left.
    package var isUnsent: Bool {
        switch self {
        case .refused, .nameNotResolved, .notConnected, .tlsFailed, .shutDown: true
        case .redirected, .replyTooLarge, .stalled, .deadline, .connectionLost, .notHTTP, .cancelled: false
        }
    }
}

extension GuardedFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let problem): "the URL \(problem)"
        case .nameNotResolved: "the host name could not be resolved"
        case .notConnected: "the host could not be reached"
        case .tlsFailed: "no trusted TLS connection to the host"
        case .redirected(let status): "the host answered with a redirect (\(status)), which is not followed"
        case .replyTooLarge: "the reply is longer than allowed"
        case .stalled: "the host fell silent"
        case .deadline: "no complete reply within the time allowed"
        case .connectionLost: "the connection ended before a complete reply"
        case .notHTTP: "the reply is not valid HTTP"
        case .cancelled: "the call was cancelled"
        case .shutDown: "the gateway is shutting down"
        }
    }
}

extension GuardedFault {
    /// - isConnected: whether a connection had been made, so that something may have been sent.
    init(_ error: any Error, isConnected: Bool) {
        let fault = GuardedFault(error)
        self = isConnected && fault.isUnsent ? .connectionLost : fault
    }

    private init(_ error: any Error) {
        self =
            switch error {
            case let fault as GuardedFault: fault
            case is CancellationError: .cancelled
            case is HTTPParserError, is NIOHTTPDecoderError: .notHTTP
            case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: .tlsFailed
            case is NIOConnectionError, is IOError, is ChannelError: .notConnected
            case let failure as HTTPClientError: GuardedFault(failure)
            default: .notConnected
            }
    }

    private init(_ error: HTTPClientError) {
        self =
            switch error {
            case .connectTimeout, .getConnectionFromPoolTimeout: .notConnected
            case .tlsHandshakeTimeout: .tlsFailed
            case .readTimeout, .writeTimeout: .stalled
            case .deadlineExceeded: .deadline
            case .cancelled: .cancelled
            case .alreadyShutdown: .shutDown
            default: .connectionLost
            }
    }
}
