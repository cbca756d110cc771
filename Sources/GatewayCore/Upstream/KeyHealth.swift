/// Whether a Vinci key may be used for orders now, learned from what came of earlier ones.
package struct KeyHealth: Sendable, Equatable {
    package enum Event: Sendable, Equatable {
        /// Vinci accepted an order or refused it for its content: the key works.
        case worked
        /// 401 or 403.
        case keyRejected
        /// 402.
        case accountEmpty
        /// 429, with its `Retry-After`.
        case rateLimited(Duration?)
        /// Not reached: nothing was sent.
        case unreachable
        /// May have been sent.
        case unknown
    }

    package enum Reason: String, Sendable {
        case keyRejected = "key_rejected"
        case accountEmpty = "account_empty"
        case rateLimited = "rate_limited"
        case unreachable
        case unknownOutcomes = "unknown_outcomes"
    }

    package struct Closure: Sendable, Equatable {
        package let reason: Reason
        /// How long until the key is tried again.
        package let remaining: Duration
    }

    /// Three lost outcomes in a row: whatever is wrong there, further orders would only hold more money.
    package static let unknownsMax = 3
    private static let keyRejectedPause: Duration = .seconds(60)
    private static let accountEmptyPause: Duration = .seconds(30)
    private static let unknownsPause: Duration = .seconds(30)
    private static let rateLimitedPauseMax: Duration = .seconds(120)

    private var unknownsInARow = 0
    private var reason: Reason?
    private var closedUntil = Uptime(microseconds: 0)

    package init() {}

    /// Nil while the key is open.
    package func closure(at now: Uptime) -> Closure? {
        guard let reason, now < closedUntil else { return nil }
        return Closure(reason: reason, remaining: closedUntil.since(now))
    }

    package mutating func note(_ event: Event, at now: Uptime) {
        switch event {
        case .worked:
            self = KeyHealth()
        case .keyRejected:
            close(.keyRejected, for: KeyHealth.keyRejectedPause, at: now)
        case .accountEmpty:
            close(.accountEmpty, for: KeyHealth.accountEmptyPause, at: now)
        case .rateLimited(let pause):
            let wanted = pause ?? .seconds(SlidingWindow.seconds)
            close(.rateLimited, for: min(max(wanted, .seconds(1)), KeyHealth.rateLimitedPauseMax), at: now)
        case .unreachable:
            close(.unreachable, for: .seconds(1), at: now)
        case .unknown:
            unknownsInARow += 1
            guard unknownsInARow >= KeyHealth.unknownsMax else { return }
            // One more lost outcome after the pause closes it again; one that works clears the count.
            unknownsInARow = KeyHealth.unknownsMax - 1
            close(.unknownOutcomes, for: KeyHealth.unknownsPause, at: now)
        }
    }

    /// Of two closures the longer counts: orders that were in flight together come back in any order.
    private mutating func close(_ reason: Reason, for pause: Duration, at now: Uptime) {
        let end = now.adding(pause)
        if let closure = closure(at: now), now.adding(closure.remaining) > end { return }
        self.reason = reason
        closedUntil = end
    }
}
