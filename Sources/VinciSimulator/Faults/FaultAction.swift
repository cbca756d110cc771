package import VinciAPI

/// What goes wrong.
package enum FaultAction: Sendable, Equatable {
    /// Answered with this instead of being carried out: no job, no charge.
    case refuse(CannedReply)
    /// Carried out, then answered with this: a 500 whose job exists all the same.
    case answer(CannedReply)
    /// The connection is closed without a byte, and nothing was carried out.
    case dropBeforeAccept
    /// The connection is closed without a byte, but the request was carried out.
    case dropAfterAccept
    /// Orders only: what becomes of the job.
    case job(JobFate)
    /// Top-level fields of the JSON reply are set or removed: missing or foreign ids, wrong types, unknown states.
    case edit(ReplyEdit)
    /// The head promises the whole body; the connection is closed after so many bytes of it.
    case truncate(afterBytes: Int)
    /// The body ends in the middle of a JSON text, though its length is as announced.
    case wrongJSON
    /// Right body, wrong `Content-Type`.
    case contentType(String)
    /// The body is filled up with blanks to this many bytes; still valid JSON.
    case hugeBody(bytes: Int)
    case slowBody(bytesPerSecond: Int)

    /// Whether only an order can meet this fault.
    package var isForSubmitsOnly: Bool { if case .job = self { true } else { false } }
}

/// A reply that a script spells out.
package struct CannedReply: Sendable, Equatable {
    package var status: Int
    package var body: String
    package var contentType: String
    package var retryAfterSeconds: Int?
    /// Of a redirect.
    package var location: String?

    package init(
        status: Int, body: String, contentType: String = "application/json", retryAfterSeconds: Int? = nil,
        location: String? = nil
    ) {
        self.status = status
        self.body = body
        self.contentType = contentType
        self.retryAfterSeconds = retryAfterSeconds
        self.location = location
    }

    /// A 204 or 304 ends with its head; bytes behind it would be taken for the next reply.
    var mayHaveBody: Bool { status != 204 && status != 304 }

    /// Vinci's error shape: `{"detail": …}`.
    package init(status: Int, detail: String, retryAfterSeconds: Int? = nil) {
        self.init(
            status: status, body: JSONText.text(of: ErrorReply(detail: detail)), retryAfterSeconds: retryAfterSeconds)
    }

    package static func redirect(to location: String, status: Int = 307) -> CannedReply {
        CannedReply(status: status, body: "", contentType: "text/plain", location: location)
    }
}

/// Changes to the top-level fields of a JSON object; `remove` first, then `set`.
package struct ReplyEdit: Sendable, Equatable {
    package var remove: [String]
    package var set: [String: JSONValue]

    package init(remove: [String] = [], set: [String: JSONValue] = [:]) {
        self.remove = remove
        self.set = set
    }

    /// A job that was further already says `pending` again.
    package static let backToPending = ReplyEdit(
        remove: ["progress", "video_url", "duration_seconds", "cost_usd", "error"], set: ["status": .string("pending")])

    func applied(to value: JSONValue) -> JSONValue {
        guard case .object(var fields) = value else { return value }
        for name in remove { fields[name] = nil }
        return .object(fields.merging(set) { _, new in new })
    }
}
