/// The calls that rules match and the witness counts.
package enum Call: String, Sendable, Hashable, CaseIterable, Encodable, CodingKeyRepresentable {
    case submitText = "submit-text"
    case submitImage = "submit-image"
    case status
    case balance
    case usage
    /// Create, list and revoke.
    case keys
    /// Download of a finished file; needs no key.
    case video

    /// Whether the call orders a video, and so may cost money.
    package var isSubmit: Bool { self == .submitText || self == .submitImage }
}
