/// Body of `POST /admin/v1/upstream-keys`: the one message that carries a real key, inwards.
package struct NewUpstreamKeyRequest: RequestBody {
    package var id: String
    package var apiKey: String
    /// 1…100; 10 when absent.
    package var requestsPerMinute: Int?

    package init(id: String, apiKey: String, requestsPerMinute: Int? = nil) {
        self.id = id
        self.apiKey = apiKey
        self.requestsPerMinute = requestsPerMinute
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case id
        case apiKey = "api_key"
        case requestsPerMinute = "requests_per_minute"
    }
}

/// Body of `PATCH /admin/v1/upstream-keys/{id}`. `null` gives `requests_per_minute` its default.
///
/// The key itself cannot be changed, since open jobs are polled with the key that ordered them: add another and remove
/// this one.
package struct UpstreamKeyPatch: RequestBody {
    package var requestsPerMinute: Patch<Int>

    package init(requestsPerMinute: Patch<Int> = .absent) {
        self.requestsPerMinute = requestsPerMinute
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case requestsPerMinute = "requests_per_minute"
    }
}

/// One upstream key, without any part of the key itself.
package struct UpstreamKeyReply: Codable, Sendable, Equatable {
    package var id: String
    /// `configuration` or `store`; only stored keys can be changed over the API.
    package var source: String
    /// `open`, or `closed` to new orders.
    package var state: String
    /// Why it is closed: `key_rejected`, `account_empty`, `rate_limited`, `unreachable` or `unknown_outcomes`.
    @Nullable package var reason: String?
    /// When a closed key is tried again.
    @Nullable package var retryAfterSeconds: Int?
    /// As configured, or lower if Vinci said so.
    package var requestsPerMinute: Int
    /// Requests left in this minute.
    package var remaining: Int

    package init(
        id: String, source: String, state: String, reason: String?, retryAfterSeconds: Int?, requestsPerMinute: Int,
        remaining: Int
    ) {
        self.id = id
        self.source = source
        self.state = state
        self.reason = reason
        self.retryAfterSeconds = retryAfterSeconds
        self.requestsPerMinute = requestsPerMinute
        self.remaining = remaining
    }

    enum CodingKeys: String, CodingKey {
        case id, source, state, reason, remaining
        case retryAfterSeconds = "retry_after_seconds"
        case requestsPerMinute = "requests_per_minute"
    }
}

extension UpstreamKeyReply: Listed {
    package static var listName: String { "upstream_keys" }
}
