import HTTPTypes
import NIOCore
import VinciAPI

/// A whole reply before it is sent, and perhaps spoilt by a rule.
struct Reply: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ByteBuffer
    /// For HEAD: the length is announced, the body is not sent.
    var isHeadOnly = false

    init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(status: HTTPResponse.Status = .ok, json value: some Encodable) {
        self.init(status: status, headers: [.contentType: "application/json"], body: JSONText.buffer(of: value))
    }

    /// - rate: nil when the key was not recognised.
    init(_ refusal: VinciRefusal, rate: RateReading? = nil) {
        self.init(status: .init(code: refusal.status), json: ErrorReply(detail: refusal.detail))
        if let seconds = refusal.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        if let rate { tell(rate) }
    }

    init(_ canned: CannedReply) {
        self.init(
            status: .init(code: canned.status), headers: [.contentType: canned.contentType],
            body: ByteBuffer(string: canned.mayHaveBody ? canned.body : ""))
        if let seconds = canned.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        if let location = canned.location { headers[.location] = location }
    }

    /// Adds the headers that every authenticated reply carries.
    mutating func tell(_ rate: RateReading) {
        let figures = [
            ("X-RateLimit-Limit", String(rate.limit)),
            ("X-RateLimit-Remaining", String(rate.remaining)),
            ("X-RateLimit-Reset", String(rate.resetsAt.unixSecondsRoundedUp)),
        ]
        for (name, value) in figures {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
    }
}
