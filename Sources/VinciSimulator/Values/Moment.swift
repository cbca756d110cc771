import Foundation

/// A point in time, in microseconds since 1970-01-01 UTC.
package struct Moment: Sendable, Hashable, Comparable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(unixSeconds: Int64) { self.microseconds = unixSeconds * 1_000_000 }

    package static func < (one: Moment, other: Moment) -> Bool { one.microseconds < other.microseconds }

    package func advanced(by duration: Duration) -> Moment {
        Moment(microseconds: microseconds + duration.microseconds)
    }

    /// Time from `earlier` to this moment.
    package func since(_ earlier: Moment) -> Duration { .microseconds(microseconds - earlier.microseconds) }

    /// Whole Unix seconds, rounded up: nothing that is due at this moment happens before them.
    package var unixSecondsRoundedUp: Int64 { (microseconds + 999_999) / 1_000_000 }

    /// RFC 3339 in UTC with whole seconds, as in Vinci's documentation: `2024-01-01T00:00:00Z`.
    package var rfc3339: String {
        Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).formatted(.iso8601)
    }

    /// RFC 3339 in UTC with microseconds, for the witness's logs.
    package var rfc3339Exact: String {
        let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
        return rfc3339.dropLast() + ".\(fraction)Z"
    }
}

extension Duration {
    /// Whole microseconds, cut off; a duration beyond 292,000 years counts as that.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let whole = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !whole.overflow else { return seconds < 0 ? .min / 2 : .max / 2 }
        return whole.partialValue + attoseconds / 1_000_000_000_000
    }
}
