import HTTPTypes

extension HTTPField.Name {
    static let rateLimitLimit = constant("X-RateLimit-Limit")
    static let rateLimitRemaining = constant("X-RateLimit-Remaining")
    static let rateLimitReset = constant("X-RateLimit-Reset")
    static let gatewayJobID = constant("X-Gateway-Job-Id")
    static let cache = constant("X-Cache")
    static let accelBuffering = constant("X-Accel-Buffering")
    static let lastEventID = constant("Last-Event-ID")
    static let contentTypeOptions = constant("X-Content-Type-Options")
    static let resourcePolicy = constant("Cross-Origin-Resource-Policy")
    static let idempotencyKey = constant("Idempotency-Key")
    static let idempotencyReplayed = constant("Idempotency-Replayed")
    static let allowDuplicate = constant("X-Allow-Duplicate")
    static let requestPrivateNetwork = constant("Access-Control-Request-Private-Network")
    static let allowPrivateNetwork = constant("Access-Control-Allow-Private-Network")

    private static func constant(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("a constant field name") }
        return name
    }
}
