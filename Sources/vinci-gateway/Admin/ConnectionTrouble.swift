import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Why a call got no reply, in words.
enum ConnectionTrouble {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: reason(error)
        case let error as IOError: words(error)
        case let error as HTTPClientError where timeouts.contains(error): "it took too long"
        case is NIOTooManyBytesError: "the reply is too large"
        default: "\(error)"
        }
    }

    private static let timeouts: [HTTPClientError] = [.connectTimeout, .readTimeout, .deadlineExceeded]

    private static func reason(_ error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first else { return "the name \(error.host) has no address" }
        return (first.error as? IOError).map(words) ?? "\(first.error)"
    }

    private static func words(_ error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
