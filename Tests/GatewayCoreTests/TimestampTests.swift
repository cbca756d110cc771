import GatewayCore
import GatewayTesting
import Testing

@Suite("A date") struct TimestampTests {
    @Test(
        "is read from RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0)), ("2026-11-22T09:03:59Z", 1_795_338_239_000_000),
            ("2026-11-22T09:03:59.25Z", 1_795_338_239_250_000), ("2026-11-22T09:03:59.000001Z", 1_795_338_239_000_001),
            ("2026-11-22T14:48:59+05:45", 1_795_338_239_000_000),
            ("2026-11-22T04:03:59.5-05:00", 1_795_338_239_500_000),
            ("2026-11-22T09:03:59.123456789Z", 1_795_338_239_123_456), ("2028-02-29T00:00:00Z", 1_835_395_200_000_000),
            ("1969-12-31T23:59:59.5Z", -500_000), ("2026-11-22t09:03:59z", 1_795_338_239_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
        ])
    func reads(text: String, microseconds: Int64) throws {
        #expect(try #require(Timestamp(rfc3339: text)).microseconds == microseconds)
    }

    @Test(
        "is not read from anything else",
        arguments: [
            "", "2026-11-22", "09:03:59Z", "2026-11-22T09:03:59", "2026-11-22 09:03:59Z", "2026-11-22T09:03Z",
            "2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-11-00T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z", "2026-11-22T23:59:60Z",
            "2026-11-22T23:59:61Z",
            "2026-11-22T09:03:59+0545", "2026-11-22T09:03:59+05", "2026-11-22T09:03:59+24:00",
            "2026-11-22T09:03:59+05:60",
            "2026-1-2T9:3:9Z", "2026-11-22T09:03:59Zjunk", " 2026-11-22T09:03:59Z", "2026-11-22T09:03:59.Z",
            "2026-11-22T09:03:59,5Z", "2026-11-22T09.5:03:59Z", "12026-11-22T09:03:59Z", "-026-11-22T09:03:59Z",
            "２０26-11-22T09:03:59Z", "2026-11-22T09:03:59.٣Z", "1795338239", "now",
            "2026-11-22T09:03:59.0000000000000000000000000000000000000001Z",
        ])
    func refuses(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test("comes back unchanged from its text", arguments: SeededRandom.seeds(200))
    func roundTrips(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20 {
            let date = Timestamp(
                microseconds: Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
            #expect(Timestamp(rfc3339: date.rfc3339) == date, "seed \(seed): \(date.rfc3339)")
        }
    }

    @Test("is printed with microseconds, or none when they are zero")
    func prints() {
        #expect(Timestamp(microseconds: 1_795_338_239_250_000).rfc3339 == "2026-11-22T09:03:59.250000Z")
        #expect(Timestamp(microseconds: 1_795_338_239_000_000).rfc3339 == "2026-11-22T09:03:59Z")
        #expect(Timestamp(microseconds: -1).rfc3339 == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp(microseconds: .max).rfc3339 == "294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microseconds: .min).rfc3339 == "-290308-12-21T19:59:05.224192Z")
    }

    @Test("that is too far away stays the last one there is")
    func farAway() {
        let (last, first) = (Timestamp(microseconds: .max), Timestamp(microseconds: .min))
        #expect(last.adding(.seconds(1)) == last)
        #expect(first.adding(.seconds(-1)) == first)
        #expect(Timestamp.testStart.adding(.seconds(Int64.max)) == last)
        #expect(last.since(first) > .zero)
        #expect(first.since(last) < .zero)
        #expect(Uptime(microseconds: 1_000).adding(.seconds(Int64.max)) > Uptime(microseconds: 1_000))
        #expect(
            Duration(secondsComponent: 9_223_372_036_854, attosecondsComponent: 999_999_000_000_000_000).microseconds
                > 0)
    }

    @Test("in whole seconds is rounded down, a pause for a client up")
    func rounding() {
        #expect(Timestamp(microseconds: 1_999_999).seconds == 1)
        #expect(Timestamp(microseconds: -1).seconds == -1)
        #expect(Timestamp(microseconds: -1_000_000).seconds == -1)
        #expect(Duration.milliseconds(1).secondsRoundedUp == 1)
        #expect(Duration.seconds(2).secondsRoundedUp == 2)
        #expect(Duration.zero.secondsRoundedUp == 0)
        #expect(Duration(secondsComponent: .max, attosecondsComponent: 1).secondsRoundedUp == .max)
    }
}
