import Crypto
import Foundation
package import GatewayCore

/// What signs the messages of one webhook, as Standard Webhooks has it: `whsec_` and the base64 of 24 to 64 random bytes.
package struct WebhookSecret: Sendable {
    private static let prefix = "whsec_"
    private static let byteCount = 32

    package let text: Secret
    private let key: SymmetricKey

    package init(using random: inout some RandomNumberGenerator) {
        let bytes = (0..<WebhookSecret.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        text = Secret(WebhookSecret.prefix + Data(bytes).base64EncodedString())
        key = SymmetricKey(data: bytes)
    }

    /// Nil for anything else than the form above.
    package init?(_ text: Secret) {
        let revealed = text.reveal()
        guard revealed.hasPrefix(WebhookSecret.prefix),
            let bytes = Data(base64Encoded: String(revealed.dropFirst(WebhookSecret.prefix.count))),
            (24...64).contains(bytes.count)
        else { return nil }
        self.text = text
        key = SymmetricKey(data: bytes)
    }

    /// The value of `webhook-signature`: `v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`.
    /// - timestamp: whole Unix seconds.
    /// - Source: the specification of Standard Webhooks, https://www.standardwebhooks.com.
    package func signature(id: String, timestamp: Int64, body: String) -> String {
        let signed = Data("\(id).\(timestamp).\(body)".utf8)
        return "v1," + Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
    }
}
