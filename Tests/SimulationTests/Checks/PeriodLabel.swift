import Foundation

/// Names the day, week or month of an instant in a time zone, worked out another way than the product does: local time by
/// the zone's offset, then counting days. Two instants are in the same period when their labels are equal.
final class PeriodLabels {
    private var zones: [String: TimeZone] = [:]
    private var offsets: [OffsetKey: Int64] = [:]

    private struct OffsetKey: Hashable {
        let zone: String
        /// All zones change their offset at a whole quarter of an hour.
        let quarter: Int64
    }

    /// - instant: Unix microseconds.
    /// - period: `day`, `week`, `month` or `total`.
    func label(_ instant: Int64, _ period: String, in zone: String) -> Int64 {
        guard period != "total" else { return 0 }
        let seconds = floorDivide(instant, 1_000_000)
        let local = seconds + offset(at: seconds, in: zone)
        let day = floorDivide(local, 86_400)
        switch period {
        case "day": return day
        // The first of January 1970 was a Thursday, weeks begin on Mondays.
        case "week": return floorDivide(day + 3, 7)
        default: return month(local)
        }
    }

    private func month(_ local: Int64) -> Int64 {
        var (time, fields) = (time_t(local), tm())
        gmtime_r(&time, &fields)
        return Int64(fields.tm_year) * 12 + Int64(fields.tm_mon)
    }

    private func offset(at seconds: Int64, in zone: String) -> Int64 {
        let key = OffsetKey(zone: zone, quarter: floorDivide(seconds, 900))
        if let known = offsets[key] { return known }
        let zone = timeZone(zone)
        let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(key.quarter * 900))))
        if offsets.count > 10_000 { offsets = [:] }
        offsets[key] = offset
        return offset
    }

    private func timeZone(_ name: String) -> TimeZone {
        if let known = zones[name] { return known }
        guard let zone = TimeZone(identifier: name) else { preconditionFailure("no time zone \(name)") }
        zones[name] = zone
        return zone
    }

    private func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
