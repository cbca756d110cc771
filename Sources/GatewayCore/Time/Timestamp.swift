/// A date: microseconds since 1970-01-01 00:00 UTC, as stored.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(seconds: Int64) { self.init(microseconds: seconds * 1_000_000) }

    /// Whole Unix seconds, rounded down.
    package var seconds: Int64 { microseconds.dividedDown(by: 1_000_000).quotient }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// Sums that leave the range of 64 bits stop at its end: dates that far away only ever mean "never".
    package func adding(_ duration: Duration) -> Timestamp {
        Timestamp(microseconds: microseconds.addingUpToTheEnd(duration.microseconds))
    }

    package func since(_ earlier: Timestamp) -> Duration {
        .microseconds(microseconds) - .microseconds(earlier.microseconds)
    }
}

/// A reading of a clock that never goes back and that no change of date moves; zero is arbitrary.
package struct Uptime: Sendable, Hashable, Comparable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Uptime, right: Uptime) -> Bool { left.microseconds < right.microseconds }

    /// As for a ``Timestamp``, sums stop at the end of the range: that far away is "never".
    package func adding(_ duration: Duration) -> Uptime {
        Uptime(microseconds: microseconds.addingUpToTheEnd(duration.microseconds))
    }

    package func since(_ earlier: Uptime) -> Duration {
        .microseconds(microseconds) - .microseconds(earlier.microseconds)
    }
}

extension Duration {
    /// Whole microseconds, cut off below; durations beyond 292,000 years stop there.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return scaled.addingUpToTheEnd(attoseconds / 1_000_000_000_000)
    }

    /// Whole seconds, rounded up; for `Retry-After`.
    package var secondsRoundedUp: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds.addingUpToTheEnd(attoseconds > 0 ? 1 : 0))
    }
}

extension Int64 {
    /// The sum, or the end of the range on that side.
    fileprivate func addingUpToTheEnd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
