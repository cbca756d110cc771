import Foundation

/// Over what a budget adds up: a calendar period of its time zone, or all time.
package enum BudgetPeriod: String, Sendable, CaseIterable, Comparable {
    case day, week, month, total

    /// The period that contains `now`. Weeks start on Monday (ISO 8601); days may last 23 or 25 hours.
    package func interval(containing now: Timestamp, in zone: BudgetZone) -> PeriodInterval {
        let today = zone.day(of: now)
        guard let days = days(containing: today) else {
            return PeriodInterval(start: Timestamp(microseconds: 0), end: nil)
        }
        // By the first instants of two days of the calendar: so a period ends exactly where the next one begins, also
        // around a day that a country left out.
        let (start, end) = (zone.start(of: days.lowerBound), zone.start(of: days.upperBound))
        // Clocks that are put back past midnight show yesterday's date once more, and today's twice: what counts is on which
        // side of the one midnight between the two it is.
        if now >= end, let next = self.days(containing: days.upperBound) {
            return PeriodInterval(start: end, end: zone.start(of: next.upperBound))
        }
        if now < start, let before = self.days(containing: days.lowerBound - 1) {
            return PeriodInterval(start: zone.start(of: before.lowerBound), end: start)
        }
        return PeriodInterval(start: start, end: end)
    }

    /// From the first day of the period to the first of the next, as days since 1970; nil: all of them.
    private func days(containing day: Int64) -> Range<Int64>? {
        switch self {
        case .day:
            return day..<(day + 1)
        case .week:
            // The first of January 1970 was a Thursday.
            let monday = day - (day + 3).dividedDown(by: 7).remainder
            return monday..<(monday + 7)
        case .month:
            let date = CivilDate(daysSince1970: day)
            let first = day - (date.day - 1)
            // The 1st and 31 days lie in the next month, whichever it is.
            let next = first + 31
            return first..<(next - (CivilDate(daysSince1970: next).day - 1))
        case .total:
            return nil
        }
    }

    package static func < (left: BudgetPeriod, right: BudgetPeriod) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .day: 0
        case .week: 1
        case .month: 2
        case .total: 3
        }
    }
}

/// `start` is in it, `end` is not; nil: it never ends.
package struct PeriodInterval: Sendable, Hashable {
    package let start: Timestamp
    package let end: Timestamp?

    package init(start: Timestamp, end: Timestamp?) {
        self.start = start
        self.end = end
    }
}

/// An IANA time zone that the system knows, `Europe/Berlin` or `UTC`.
package struct BudgetZone: Sendable, Hashable {
    package let name: String
    private let zone: TimeZone

    package static let utc = BudgetZone(name: "UTC", zone: .gmt)

    /// Nil when the system has no such zone. Abbreviations and offsets (`CET`, `GMT+2`) are not accepted: their meaning
    /// shifts with the season or the reader.
    package init?(_ name: String) {
        if name == "UTC" {
            self = .utc
            return
        }
        guard name.contains("/"), name.utf8.count <= 64, let zone = TimeZone(identifier: name) else { return nil }
        self.init(name: name, zone: zone)
    }

    private init(name: String, zone: TimeZone) {
        self.name = name
        self.zone = zone
    }

    /// The day that clocks there show, as days since 1970.
    fileprivate func day(of instant: Timestamp) -> Int64 {
        (instant.seconds + offset(at: instant.seconds)).dividedDown(by: BudgetZone.secondsPerDay).quotient
    }

    /// The first instant at which clocks there show this day or a later one.
    fileprivate func start(of day: Int64) -> Timestamp {
        let midnight = day * BudgetZone.secondsPerDay
        let usual = midnight - offset(at: midnight)
        if self.day(of: Timestamp(seconds: usual)) == day, self.day(of: Timestamp(seconds: usual - 1)) < day {
            return Timestamp(seconds: usual)
        }
        // Offsets lie within a day: the midnight is somewhere in these two days, and the first instant is found by halving.
        var (before, after) = (midnight - BudgetZone.secondsPerDay, midnight + BudgetZone.secondsPerDay)
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if self.day(of: Timestamp(seconds: middle)) >= day { after = middle } else { before = middle }
        }
        return Timestamp(seconds: after)
    }

    private static let secondsPerDay: Int64 = 86_400

    private func offset(at seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))
    }
}
