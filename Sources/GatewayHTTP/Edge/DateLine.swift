import Foundation
import GatewayCore

/// The value of `Date` headers, formatted at most once a second.
final class DateLine: Sendable {
    private struct Line {
        var second: Int64
        var text: String
    }

    private let now: @Sendable () -> Timestamp
    private let line = PerThread { Line(second: .min, text: "") }

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// `Sun, 22 Nov 2026 09:03:59 GMT`
    var text: String {
        let second = now().seconds
        return line.withOwn { line in
            if line.second != second { line = Line(second: second, text: DateLine.text(of: second)) }
            return line.text
        }
    }

    private static func text(of second: Int64) -> String {
        let style = Date.VerbatimFormatStyle(
            format: """
                \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                \(second: .twoDigits) GMT
                """,
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        return Date(timeIntervalSince1970: TimeInterval(second)).formatted(style)
    }
}
