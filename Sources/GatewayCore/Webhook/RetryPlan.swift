/// When a failed delivery is tried again: 5 s, 20 s, 80 s … four times longer each time up to four hours, a fifth more or
/// less by chance, until the time for retries is over; one last attempt is made at its end.
package struct RetryPlan: Sendable, Hashable {
    private static let first: Duration = .seconds(5)
    private static let factor: Int64 = 4
    package static let pauseMax: Duration = .seconds(4 * 3600)

    /// By how much of itself a pause is longer or shorter, so that what failed together does not come back together.
    package struct Jitter: Sendable, Hashable {
        private static let most: Int64 = 20

        let percent: Int64

        package static let none = Jitter(percent: 0)

        package init(using random: inout some RandomNumberGenerator) {
            percent = Int64.random(in: -Jitter.most...Jitter.most, using: &random)
        }

        private init(percent: Int64) { self.percent = percent }
    }

    /// Counted from the event, or from the last call for a redelivery.
    package let retryFor: Duration

    package init(retryFor: Duration) { self.retryFor = retryFor }

    /// - tries: attempts so far, at least one.
    /// - retryAfter: what the endpoint asks for; never shortens a pause, and lengthens it up to the longest one.
    /// - Returns: nil when it is given up.
    package func next(
        afterTry tries: Int, since start: Timestamp, at now: Timestamp, retryAfter: Duration?, _ jitter: Jitter
    ) -> Timestamp? {
        let end = start.adding(retryFor)
        guard now < end else { return nil }
        let asked = min(max(retryAfter ?? .zero, .zero), RetryPlan.pauseMax)
        let pause = RetryPlan.pause(afterTry: tries) * (100 + jitter.percent) / 100
        return min(now.adding(max(pause, asked)), end)
    }

    /// Without chance.
    static func pause(afterTry tries: Int) -> Duration {
        var pause = first
        var left = tries - 1
        while left > 0, pause < pauseMax {
            pause = pause * factor
            left -= 1
        }
        return min(pause, pauseMax)
    }
}
