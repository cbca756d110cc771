/// One API key as the provider keeps it.
struct APIKey: Sendable {
    let id: String
    let text: String
    let accountID: String
    let name: String
    let createdAt: Moment
    var lastUsed: Moment?
    var isActive = true
    var window: RateWindow

    /// Enough to recognise the key in a list: `sk-...` and its last six characters, or fewer of a short key.
    var preview: String { "sk-...\(text.suffix(min(6, text.count / 3)))..." }
}

/// Who is calling, once a key has been recognised and let through its rate window.
struct Visitor: Sendable, Equatable {
    let keyID: String
    let accountID: String
    let rate: RateReading
}
