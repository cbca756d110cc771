import Foundation
import GatewayCore
import GatewayTesting
import Testing

@Suite("A budget's period") struct BudgetPeriodTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let period: BudgetPeriod
        let zone: String
        let now: String
        let start: String
        let end: String
        let length: Duration
        var testDescription: String { "the \(period.rawValue) of \(now) in \(zone)" }
    }

    static let cases = [
        Case(
            period: .day, zone: "UTC", now: "2026-11-22T00:00:00Z", start: "2026-11-22T00:00:00Z",
            end: "2026-11-23T00:00:00Z", length: .hours(24)),
        Case(
            period: .day, zone: "UTC", now: "2026-11-22T23:59:59.999999Z", start: "2026-11-22T00:00:00Z",
            end: "2026-11-23T00:00:00Z", length: .hours(24)),
        // Summer time begins and ends.
        Case(
            period: .day, zone: "Europe/Berlin", now: "2026-03-29T12:00:00Z", start: "2026-03-28T23:00:00Z",
            end: "2026-03-29T22:00:00Z", length: .hours(23)),
        Case(
            period: .day, zone: "Europe/Berlin", now: "2026-10-25T12:00:00Z", start: "2026-10-24T22:00:00Z",
            end: "2026-10-25T23:00:00Z", length: .hours(25)),
        Case(
            period: .day, zone: "America/New_York", now: "2026-03-08T12:00:00Z", start: "2026-03-08T05:00:00Z",
            end: "2026-03-09T04:00:00Z", length: .hours(23)),
        // Half an hour of summer time.
        Case(
            period: .day, zone: "Australia/Lord_Howe", now: "2026-10-03T16:00:00Z", start: "2026-10-03T13:30:00Z",
            end: "2026-10-04T13:00:00Z", length: .minutes(23 * 60 + 30)),
        // Offsets of quarter hours, and the day on which Nepal moved from +5:30 to +5:45.
        Case(
            period: .day, zone: "Asia/Kathmandu", now: "2026-11-22T18:14:59Z", start: "2026-11-21T18:15:00Z",
            end: "2026-11-22T18:15:00Z", length: .hours(24)),
        Case(
            period: .day, zone: "Asia/Kathmandu", now: "1985-12-31T12:00:00Z", start: "1985-12-30T18:30:00Z",
            end: "1985-12-31T18:30:00Z", length: .hours(24)),
        // Days without a midnight: the clocks went from 0:00 to 1:00.
        Case(
            period: .day, zone: "America/Sao_Paulo", now: "2017-10-15T12:00:00Z", start: "2017-10-15T03:00:00Z",
            end: "2017-10-16T02:00:00Z", length: .hours(23)),
        // The 30th of December 2011 did not exist in Samoa.
        Case(
            period: .day, zone: "Pacific/Apia", now: "2011-12-30T09:59:59Z", start: "2011-12-29T10:00:00Z",
            end: "2011-12-30T10:00:00Z", length: .hours(24)),
        Case(
            period: .day, zone: "Pacific/Apia", now: "2011-12-30T10:00:00Z", start: "2011-12-30T10:00:00Z",
            end: "2011-12-31T10:00:00Z", length: .hours(24)),
        // Weeks begin on Monday.
        Case(
            period: .week, zone: "UTC", now: "2026-11-22T09:00:00Z", start: "2026-11-16T00:00:00Z",
            end: "2026-11-23T00:00:00Z", length: .hours(168)),
        Case(
            period: .week, zone: "UTC", now: "2026-11-23T00:00:00Z", start: "2026-11-23T00:00:00Z",
            end: "2026-11-30T00:00:00Z", length: .hours(168)),
        Case(
            period: .week, zone: "UTC", now: "2027-01-01T00:00:00Z", start: "2026-12-28T00:00:00Z",
            end: "2027-01-04T00:00:00Z", length: .hours(168)),
        Case(
            period: .week, zone: "Europe/Berlin", now: "2026-10-25T12:00:00Z", start: "2026-10-18T22:00:00Z",
            end: "2026-10-25T23:00:00Z", length: .hours(169)),
        Case(
            period: .month, zone: "UTC", now: "2028-02-29T23:59:59Z", start: "2028-02-01T00:00:00Z",
            end: "2028-03-01T00:00:00Z", length: .hours(696)),
        Case(
            period: .month, zone: "UTC", now: "2100-02-28T23:59:59Z", start: "2100-02-01T00:00:00Z",
            end: "2100-03-01T00:00:00Z", length: .hours(672)),
        Case(
            period: .month, zone: "UTC", now: "2026-12-31T23:59:59.5Z", start: "2026-12-01T00:00:00Z",
            end: "2027-01-01T00:00:00Z", length: .hours(744)),
        Case(
            period: .month, zone: "Asia/Kathmandu", now: "2026-11-30T18:15:00Z", start: "2026-11-30T18:15:00Z",
            end: "2026-12-31T18:15:00Z", length: .hours(744)),
        Case(
            period: .month, zone: "Europe/Berlin", now: "2026-10-31T23:30:00Z", start: "2026-10-31T23:00:00Z",
            end: "2026-11-30T23:00:00Z", length: .hours(720)),
    ]

    @Test("is a calendar period of its time zone", arguments: cases)
    func calendar(of example: Case) throws {
        let zone = try #require(BudgetZone(example.zone))
        let interval = example.period.interval(containing: .at(example.now), in: zone)
        #expect(interval.start.rfc3339 == example.start)
        #expect(interval.end?.rfc3339 == example.end)
        #expect(try #require(interval.end).since(interval.start) == example.length)
    }

    @Test("of a total begins with the books and never ends")
    func total() {
        let interval = BudgetPeriod.total.interval(containing: .testStart, in: .utc)
        #expect(interval == PeriodInterval(start: Timestamp(microseconds: 0), end: nil))
    }

    /// Newfoundland put its clocks back a minute after midnight: for 59 minutes they showed yesterday's date once more.
    @Test(
        "contains its instants also where a date is shown twice",
        arguments: Array(stride(from: Int64(-7200), through: 7200, by: 30)))
    func shownTwice(offset: Int64) throws {
        let zone = try #require(BudgetZone("America/St_Johns"))
        let now = Timestamp.at("2010-11-07T02:31:00Z").adding(.seconds(offset))
        let interval = BudgetPeriod.day.interval(containing: now, in: zone)
        let end = try #require(interval.end)
        #expect(interval.start <= now && now < end)
        #expect(BudgetPeriod.day.interval(containing: end, in: zone).start == end)
        #expect(BudgetPeriod.day.interval(containing: interval.start, in: zone) == interval)
    }

    @Test("contains its instants, and the next begins where it ends", arguments: SeededRandom.seeds(100))
    func tiles(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let names = TimeZone.knownTimeZoneIdentifiers
        for period in [BudgetPeriod.day, .week, .month] {
            let zone = try #require(names[Int.random(in: names.indices, using: &random)].asZone)
            let now = Timestamp(microseconds: Int64.random(in: 0...4_000_000_000_000_000, using: &random))
            let interval = period.interval(containing: now, in: zone)
            let end = try #require(interval.end)
            let place: Comment = "seed \(seed): the \(period.rawValue) of \(now.rfc3339) in \(zone.name)"
            #expect(interval.start <= now && now < end, place)
            for inside in [interval.start, end.adding(.microseconds(-1)), now] {
                #expect(period.interval(containing: inside, in: zone) == interval, place)
            }
            #expect(period.interval(containing: end, in: zone).start == end, place)
            let before = interval.start.adding(.microseconds(-1))
            #expect(period.interval(containing: before, in: zone).end == interval.start, place)
        }
    }
}

@Suite("A budget's time zone") struct BudgetZoneTests {
    @Test(
        "is one that the system knows",
        arguments: ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"])
    func known(name: String) { #expect(BudgetZone(name)?.name == name) }

    @Test(
        "is no abbreviation, no offset and no file name",
        arguments: [
            "", "CET", "GMT+2", "+02:00", "Berlin", "Europe/Nowhere", "europe/berlin", "Europe/Berlin ",
            "/etc/localtime",
            "Europe/../Europe/Berlin", "utc", "Europe/", "right/Europe/Berlin",
        ])
    func unknown(name: String) { #expect(BudgetZone(name) == nil) }
}

extension String {
    /// Nil for the abbreviations among the known identifiers, of which UTC stands in for all.
    fileprivate var asZone: BudgetZone? { BudgetZone(self) ?? .utc }
}
