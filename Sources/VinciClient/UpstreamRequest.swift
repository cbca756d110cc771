import Foundation
import NIOHTTP1
import VinciAPI

/// A request to Vinci, built from checked values: no text of a client is copied into its path, query or headers.
struct UpstreamRequest: Sendable {
    /// What the body is made of, encoded only when it is sent.
    enum Body: Sendable {
        case none
        case json(any Encodable & Sendable)
        case image(MultipartForm, ImageFile)
    }

    /// Which connections may carry it.
    enum Lane: Sendable {
        /// A connection of its own. A kept one may be closed by the server at the moment it is used; for a request that
        /// changes something, nobody could then say whether it arrived.
        case own
        /// A kept one while ``KeptConnections`` are trusted, otherwise one of its own.
        case keptIfTrusted
        case kept
    }

    let name: String
    let method: HTTPMethod
    /// Below the base URL, with query.
    let path: String
    var body = Body.none
    var isOrder = false

    var lane: Lane {
        switch body {
        case .none: method == .GET ? .kept : .own
        case .json: isOrder ? .keptIfTrusted : .own
        // Long on its way, and that is when it gets lost.
        case .image: .own
        }
    }
}

extension UpstreamRequest {
    static func order(_ order: VideoRequest) -> UpstreamRequest {
        switch order {
        case .text(let text):
            UpstreamRequest(
                name: "submit", method: .POST, path: VinciPath.textToVideo, body: .json(text), isOrder: true)
        case .image(let image):
            UpstreamRequest(
                name: "submit", method: .POST, path: VinciPath.imageToVideo,
                body: .image(MultipartForm(image), image.image), isOrder: true)
        }
    }

    /// - Returns: nil when the id is not of Vinci's grammar, so that nothing else ever becomes part of a path.
    static func status(_ requestID: String) -> UpstreamRequest? {
        guard VinciLimits.isRequestID(requestID) else { return nil }
        return UpstreamRequest(name: "status", method: .GET, path: VinciPath.status(requestID))
    }

    static let balance = UpstreamRequest(name: "balance", method: .GET, path: VinciPath.balance)

    static func usage(days: Int) -> UpstreamRequest {
        UpstreamRequest(name: "usage", method: .GET, path: "\(VinciPath.usage)?days=\(days)")
    }

    static let keys = UpstreamRequest(name: "keys", method: .GET, path: VinciPath.keys)

    static func createKey(_ request: NewKeyRequest) -> UpstreamRequest {
        UpstreamRequest(name: "create key", method: .POST, path: VinciPath.keys, body: .json(request))
    }

    /// - Returns: nil when the id is not of Vinci's grammar.
    static func revokeKey(_ keyID: String) -> UpstreamRequest? {
        guard VinciLimits.isKeyID(keyID) else { return nil }
        return UpstreamRequest(name: "revoke key", method: .DELETE, path: VinciPath.key(keyID))
    }
}

extension UpstreamRequest.Body {
    /// JSON with its keys in order: equal requests are equal bytes.
    static func encode(_ value: any Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}
