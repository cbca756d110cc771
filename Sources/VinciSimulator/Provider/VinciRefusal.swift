import VinciAPI

/// Every documented "no" of Vinci, with its status and its words; the only place that spells them.
enum VinciRefusal: Error, Equatable {
    case invalidKey
    case rateLimited(retryAfterSeconds: Int)
    case insufficientBalance(available: USD, required: USD)
    case noSuchRequest
    case noSuchKey
    case noSuchPath
    /// The body is not what its content type says: not JSON, not a form.
    case unreadable(String)
    case bodyTooLarge(bytesMax: Int)
    case fileTooLarge(bytesMax: Int)
    /// A field is missing, unknown, of the wrong type or out of range.
    case invalidField(String, rule: String)
    case tooManyKeys(max: Int)
    case openJobsFull(max: Int)

    var status: Int {
        switch self {
        case .invalidKey: 401
        case .insufficientBalance: 402
        case .noSuchRequest, .noSuchKey, .noSuchPath: 404
        case .bodyTooLarge, .fileTooLarge: 413
        case .invalidField: 422
        case .rateLimited: 429
        case .unreadable, .tooManyKeys: 400
        case .openJobsFull: 503
        }
    }

    var detail: String {
        switch self {
        case .invalidKey: "Invalid API key"
        case .rateLimited(let seconds): "Rate limit exceeded. Try again in \(seconds) seconds."
        case .insufficientBalance(let available, let required):
            "Insufficient balance. Current balance: \(available), required: \(required)"
        case .noSuchRequest: "Request not found"
        case .noSuchKey: "API key not found"
        case .noSuchPath: "Not Found"
        case .unreadable(let reason): reason
        case .bodyTooLarge(let bytes): "Request body too large. Maximum size is \(bytes) bytes."
        case .fileTooLarge(let bytes): "File too large. Maximum size is \(bytes / 1_048_576) MB."
        case .invalidField(let field, let rule): "\(field): \(rule)"
        case .tooManyKeys(let max): "This account already has \(max) API keys."
        case .openJobsFull(let max): "The simulator already holds \(max) open jobs."
        }
    }

    var retryAfterSeconds: Int? {
        if case .rateLimited(let seconds) = self { seconds } else { nil }
    }
}
