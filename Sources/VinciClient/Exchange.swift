import AsyncHTTPClient
import NIOCore
import NIOFileSystem
import NIOHTTP1
import NIOPosix
import NIOSSL

/// How one request to Vinci ended on the wire: all that the classifier may judge by.
enum Exchange: Sendable, Equatable {
    /// Not one byte of the request was written, and none will be.
    case notSent(ExchangeFailure)
    /// Something was or may have been written, and no complete reply came back. `status` if at least its head did.
    case broken(status: Int?, ExchangeFailure)
    /// A reply that arrived to its end.
    case replied(HTTPReply)
}

/// Why an exchange has no complete reply. The reasons are sentences of ours: no text of the server, the request or the
/// system gets into them.
enum ExchangeFailure: Error, Sendable, Equatable {
    case nameNotResolved, notConnected, connectTimeout, tlsFailed, noFreeConnection
    case deadline, cancelled, shutDown
    case connectionClosed, notHTTP, replyTooLarge
    case imageUnreadable, withdrawn, other

    var reason: String {
        switch self {
        case .nameNotResolved: "Vinci's host name could not be resolved"
        case .notConnected: "Vinci could not be reached"
        case .connectTimeout: "no connection to Vinci within the connect timeout"
        case .tlsFailed: "no trusted TLS connection to Vinci"
        case .noFreeConnection: "no free connection to Vinci within the connect timeout"
        case .deadline: "no complete reply within the request timeout"
        case .cancelled: "the call was cancelled"
        case .shutDown: "the client was shutting down"
        case .connectionClosed: "the connection ended before a complete reply"
        case .notHTTP: "the reply is not valid HTTP or was cut off"
        case .replyTooLarge: "the reply is longer than allowed"
        case .imageUnreadable: "the image file changed or could not be read"
        case .withdrawn: "another process had taken over before the order was sent"
        case .other: "the call failed before a complete reply"
        }
    }
}

extension ExchangeFailure {
    /// The same failure, seen after something was sent: what says "no connection" before then says "connection lost".
    var onceSent: ExchangeFailure {
        switch self {
        case .nameNotResolved, .notConnected, .connectTimeout, .tlsFailed, .noFreeConnection: .connectionClosed
        default: self
        }
    }

    init(_ error: any Error) {
        self =
            switch error {
            case let failure as ExchangeFailure: failure
            case is CancellationError: .cancelled
            case is NIOTooManyBytesError, is ReplyTooLarge: .replyTooLarge
            case is FileSystemError: .imageUnreadable
            case is RequestWithdrawn: .withdrawn
            case is HTTPParserError, is NIOHTTPDecoderError: .notHTTP
            case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: .tlsFailed
            case let failure as NIOConnectionError:
                failure.connectionErrors.isEmpty && failure.dnsAError != nil ? .nameNotResolved : .notConnected
            case let failure as HTTPClientError: Self(failure)
            case is IOError, is ChannelError: .notConnected
            default: .other
            }
    }

    private init(_ error: HTTPClientError) {
        self =
            switch error {
            case .connectTimeout: .connectTimeout
            case .tlsHandshakeTimeout: .tlsFailed
            case .getConnectionFromPoolTimeout: .noFreeConnection
            case .remoteConnectionClosed: .connectionClosed
            case .deadlineExceeded, .readTimeout, .writeTimeout: .deadline
            case .cancelled: .cancelled
            case .alreadyShutdown: .shutDown
            default: .other
            }
    }
}
