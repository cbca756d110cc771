import NIOHTTP1
import VinciAPI

extension RateLimitReading {
    /// Reads `X-RateLimit-*`; nil unless limit and remaining are both there, once each, and make sense.
    init?(_ headers: HTTPHeaders) {
        guard let limit = headers.wholeNumber("X-RateLimit-Limit", in: 1...1_000_000),
            let remaining = headers.wholeNumber("X-RateLimit-Remaining", in: 0...limit)
        else { return nil }
        // Seconds since 1970 in the years 2001 to 2286: a smaller number is a duration or nonsense.
        let reset = headers.wholeNumber("X-RateLimit-Reset", in: 1_000_000_000...9_999_999_999)
        self.init(limit: limit, remaining: remaining, resetsAt: reset.map(Int64.init))
    }
}

extension HTTPHeaders {
    /// `Retry-After` in seconds, at most a day. Its date form is not read: Vinci documents neither, servers in front of it
    /// write seconds, and a missing value only means our own default.
    var retryAfterSeconds: Int? {
        wholeNumber("Retry-After", in: 0...1_000_000_000).map { Swift.min($0, 86_400) }
    }

    fileprivate func wholeNumber(_ name: String, in range: ClosedRange<Int>) -> Int? {
        let values = self[name]
        guard values.count == 1, let text = values.first, (1...10).contains(text.utf8.count),
            text.utf8.allSatisfy({ byte in (0x30...0x39).contains(byte) }), let number = Int(text),
            range.contains(number)
        else { return nil }
        return number
    }
}
