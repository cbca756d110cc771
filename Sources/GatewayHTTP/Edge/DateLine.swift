import Foundation

/// The value of `Date` headers, formatted at most once a second.
struct DateLine {
    private var second = Int64.min
    private var line = ""

    /// - second: Unix time.
    /// - Returns: `Sun, 22 Nov 2026 09:03:59 GMT`
    mutating func text(at second: Int64) -> String {
        if second != self.second {
            self.second = second
            line = DateLine.text(of: second)
        }
        return line
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
