/// Where each call of Vinci's API lives, below its base URL (`https://tryvinci.com/api`).
///
/// The gateway offers the same paths below its own `/api`, so a client changes only the base URL.
package enum VinciPath {
    package static let textToVideo = "/v1/generate/text-to-video"
    package static let imageToVideo = "/v1/generate/image-to-video"
    package static let balance = "/v1/billing/balance"
    package static let usage = "/v1/billing/usage"
    package static let keys = "/v1/keys"

    /// - id: must already have passed ``VinciLimits/isRequestID(_:)``; it is put into the path as it is.
    package static func status(_ id: String) -> String { "/v1/status/\(id)" }

    /// - id: must already have passed ``VinciLimits/isKeyID(_:)``; it is put into the path as it is.
    package static func key(_ id: String) -> String { "/v1/keys/\(id)" }
}
