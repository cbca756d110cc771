import Foundation

/// Over what a budget adds up: a calendar period of its time zone, or all time.
package enum BudgetPeriod: String, Sendable, CaseIterable, Comparable {
    case day, week, month, total

    /// The period that contains `now`. Weeks start on Monday (ISO 8601); days may last 23 or 25 hours.
    package func interval(containing now: Timestamp, in zone: BudgetZone) -> PeriodInterval {
        guard let component, let interval = zone.calendar.dateInterval(of: component, for: now.date) else {
            return PeriodInterval(start: Timestamp(microseconds: 0), end: nil)
        }
        return PeriodInterval(start: Timestamp(interval.start), end: Timestamp(interval.end))
    }

    package static func < (left: BudgetPeriod, right: BudgetPeriod) -> Bool { left.order < right.order }

    private var component: Calendar.Component? {
        switch self {
        case .day: .day
        case .week: .weekOfYear
        case .month: .month
        case .total: nil
        }
    }

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

    fileprivate var calendar: Calendar {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = zone
        return calendar
    }
}

extension Timestamp {
    fileprivate init(_ date: Date) { self.init(seconds: Int64(date.timeIntervalSince1970.rounded())) }

    /// Cut to whole seconds, which are exact in a `Date`.
    fileprivate var date: Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }
}
