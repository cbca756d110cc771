/// Everything a caller can ask of the public port.
package enum Action: Sendable, Equatable, CaseIterable {
    case orderText, orderImage
    case readStatus, readVideo
    case readBilling
    case listKeys, createKey, revokeKey
    case whoAmI, quote, listJobs

    /// The token must have one of these; empty: any valid token may.
    package var scopes: Set<Scope> {
        switch self {
        case .orderText: [.generateText]
        case .orderImage: [.generateImage]
        case .readStatus, .listJobs: [.statusRead]
        case .readVideo: [.videoRead]
        case .readBilling: [.billingRead]
        case .listKeys: [.keysRead]
        case .createKey, .revokeKey: [.keysWrite]
        case .quote: [.generateText, .generateImage]
        case .whoAmI: []
        }
    }

    /// Which of a token's two rate limits pays for it.
    package var pace: PaceClass {
        switch self {
        case .orderText, .orderImage, .createKey, .revokeKey: .request
        case .readStatus, .readVideo, .readBilling, .listKeys, .whoAmI, .quote, .listJobs: .read
        }
    }
}

/// The two rate limits of a token.
package enum PaceClass: String, Sendable, Hashable {
    case request, read
}
