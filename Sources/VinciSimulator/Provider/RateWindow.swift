import DequeModule

/// At most `limit` requests in any 60 seconds: a sliding log, so there is no minute boundary to be lucky around.
///
/// A refused request takes no place.
struct RateWindow: Sendable {
    static let length = Duration.seconds(60)

    let limit: Int
    private var admitted: Deque<Moment> = []

    init(limit: Int) { self.limit = limit }

    /// The `X-RateLimit-*` figures after this request, and whether it was let in.
    mutating func admit(at now: Moment) -> (isAdmitted: Bool, reading: RateReading) {
        while let oldest = admitted.first, now.since(oldest) >= Self.length { admitted.removeFirst() }
        let isAdmitted = admitted.count < limit
        if isAdmitted { admitted.append(now) }
        let freesUp = (admitted.first ?? now).advanced(by: Self.length)
        return (isAdmitted, RateReading(limit: limit, remaining: limit - admitted.count, resetsAt: freesUp))
    }
}

/// What a reply's `X-RateLimit-*` headers say.
struct RateReading: Sendable, Equatable {
    var limit: Int
    var remaining: Int
    /// When the oldest counted request leaves the window.
    var resetsAt: Moment

    /// Whole seconds until a place is free, at least 1.
    func retryAfterSeconds(at now: Moment) -> Int {
        let microseconds = resetsAt.since(now).microseconds
        return max(1, Int((microseconds + 999_999) / 1_000_000))
    }
}
