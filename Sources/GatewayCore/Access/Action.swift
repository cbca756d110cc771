/// Everything a caller can ask of the public port.
package enum Action: Sendable, Equatable, CaseIterable {
    case orderText, orderImage
    case readStatus, readEvents, linkEvents
    case readVideo, linkVideo
    case readBilling
    case listKeys, createKey, revokeKey
    case whoAmI, quote, listJobs
    case readWebhooks, changeWebhooks

    /// The token must have one of these; empty: any valid token may.
    package var scopes: [Scope] {
        switch self {
        case .orderText: [.generateText]
        case .orderImage: [.generateImage]
        case .readStatus, .readEvents, .linkEvents, .listJobs: [.statusRead]
        case .readVideo, .linkVideo: [.videoRead]
        case .readBilling: [.billingRead]
        case .listKeys: [.keysRead]
        case .createKey, .revokeKey: [.keysWrite]
        case .quote: [.generateText, .generateImage]
        // There is no narrower one to read with, and the addresses and what became of deliveries are nobody else's.
        case .readWebhooks, .changeWebhooks: [.webhooksWrite]
        case .whoAmI: []
        }
    }

    /// Which of a token's two rate limits pays for it.
    package var pace: PaceClass {
        switch self {
        case .orderText, .orderImage, .createKey, .revokeKey, .changeWebhooks: .request
        case .readStatus, .readEvents, .linkEvents, .readVideo, .linkVideo, .readBilling, .listKeys, .whoAmI, .quote,
            .listJobs, .readWebhooks:
            .read
        }
    }
}

/// The two rate limits of a token.
package enum PaceClass: String, Sendable, Hashable {
    case request, read
}
