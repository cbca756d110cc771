extension Timestamp {
    /// `2026-11-22T09:03:59.250000Z`; whole seconds without a fraction.
    package var rfc3339: String {
        let (seconds, fraction) = microseconds.dividedDown(by: 1_000_000)
        let (days, second) = seconds.dividedDown(by: 86_400)
        let date = CivilDate(daysSince1970: days)
        return """
            \(date.year.padded(to: 4))-\(date.month.padded(to: 2))-\(date.day.padded(to: 2))T\
            \((second / 3600).padded(to: 2)):\((second / 60 % 60).padded(to: 2)):\((second % 60).padded(to: 2))\
            \(fraction == 0 ? "" : "." + fraction.padded(to: 6))Z
            """
    }

    /// Reads RFC 3339 with `Z` or an offset, with at most nine decimals (kept to microseconds), without leap seconds. Nil
    /// for anything else, such as a day that its month does not have.
    package init?(rfc3339 text: String) {
        var reader = RFC3339Reader(rest: text.utf8[...])
        guard
            let date = reader.date(), reader.take("T") || reader.take("t"), let second = reader.secondOfDay(),
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        self.init(microseconds: (date.daysSince1970 * 86_400 + second - offset) * 1_000_000 + fraction)
    }
}

/// Takes one part after the other from the front of a text.
private struct RFC3339Reader {
    var rest: Substring.UTF8View

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func date() -> CivilDate? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    mutating func secondOfDay() -> Int64? {
        guard
            let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60, take(":"),
            let second = number(2), second < 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Microseconds; 0 without a fraction.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        let count = rest.prefix { isDigit($0) }.count
        guard (1...9).contains(count), let value = number(count) else { return nil }
        return (count..<9).reduce(value) { value, _ in value * 10 } / 1000
    }

    /// Seconds east of Greenwich.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isWest = take("-")
        guard
            isWest || take("+"), let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hour * 3600 + minute * 60)
    }

    /// - count: at most 9 digits.
    private mutating func number(_ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ isDigit($0) }) else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension Int64 {
    fileprivate func padded(to width: Int) -> String {
        let digits = String(magnitude)
        return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
