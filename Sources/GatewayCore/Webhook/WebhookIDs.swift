/// A webhook: `wh_` and 26 characters; later ones sort later.
package struct WebhookID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard TimeOrdered.isText(text, prefix: "wh_") else { return nil }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package init(at now: Timestamp, using random: inout some RandomNumberGenerator) {
        text = "wh_" + TimeOrdered.text(at: now, using: &random)
    }

    package var description: String { text }
    package static func < (left: WebhookID, right: WebhookID) -> Bool { left.text < right.text }
}

/// Something that webhooks are told: `evt_` and 26 characters. The `webhook-id` header of every attempt to tell it.
package struct WebhookEventID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(stored text: String) { self.text = text }

    package init(at now: Timestamp, using random: inout some RandomNumberGenerator) {
        text = "evt_" + TimeOrdered.text(at: now, using: &random)
    }

    package var description: String { text }
}

/// One event on its way to one webhook: `dlv_` and 26 characters; later ones sort later.
package struct WebhookDeliveryID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard TimeOrdered.isText(text, prefix: "dlv_") else { return nil }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package init(at now: Timestamp, using random: inout some RandomNumberGenerator) {
        text = "dlv_" + TimeOrdered.text(at: now, using: &random)
    }

    /// Sorts after all that were made before `instant`, and before the others.
    package static func first(at instant: Timestamp) -> WebhookDeliveryID {
        WebhookDeliveryID(stored: "dlv_" + TimeOrdered.first(at: instant))
    }

    package var description: String { text }
    package static func < (left: WebhookDeliveryID, right: WebhookDeliveryID) -> Bool { left.text < right.text }
}
