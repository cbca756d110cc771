/// What a token may do.
package enum Scope: String, Sendable, CaseIterable, Comparable {
    case generateText = "generate:text"
    case generateImage = "generate:image"
    case statusRead = "status:read"
    case videoRead = "video:read"
    case billingRead = "billing:read"
    case keysRead = "keys:read"
    case keysWrite = "keys:write"
    case webhooksWrite = "webhooks:write"
    case ticketsWrite = "tickets:write"

    package static func < (left: Scope, right: Scope) -> Bool { left.rawValue < right.rawValue }

    /// What a token gets when nobody says otherwise: everything an app needs, nothing that makes other credentials.
    package static let appDefault: Set<Scope> = [.generateText, .generateImage, .statusRead, .videoRead, .billingRead]
}
