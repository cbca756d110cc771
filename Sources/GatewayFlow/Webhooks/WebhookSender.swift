package import GatewayCore

/// The way out to endpoints that teams chose. Whoever implements it checks each URL anew before each send, connects to the
/// addresses that it has checked and to no other, follows no redirect, and reads no more of a reply than it needs.
package protocol WebhookSender: Sendable {
    /// Whether messages may be sent there, as far as that can be said beforehand. Ends within seconds.
    /// - Returns: the host, for records.
    func check(_ url: String) async throws(WebhookURLRefused) -> String

    /// One attempt. Never throws: what went wrong is in the answer, in words for the team. Ends when the task is cancelled.
    func send(_ request: WebhookRequest) async -> WebhookAnswer
}

/// One signed message.
package struct WebhookRequest: Sendable {
    package let url: String
    /// Beside `Content-Type: application/json`.
    package let headers: [(name: String, value: String)]
    package let body: String

    /// - instant: of this attempt.
    init(_ message: WebhookBody, to url: String, signedWith secret: WebhookSecret, at instant: Timestamp) {
        self.url = url
        body = message.text
        headers = [
            ("webhook-id", message.id.text), ("webhook-timestamp", "\(instant.seconds)"),
            (
                "webhook-signature",
                secret.signature(id: message.id.text, timestamp: instant.seconds, body: message.text)
            ),
        ]
    }
}

/// What is sent, the same in every attempt.
struct WebhookBody: Sendable {
    let id: WebhookEventID
    let text: String
}

/// A URL to which nothing may be sent.
package struct WebhookURLRefused: Error, Sendable, Equatable {
    /// Completes the sentence "url …".
    package let rule: String

    package init(rule: String) { self.rule = rule }
}
