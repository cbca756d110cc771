import Foundation
import GatewayCore
import GatewayTesting
import Testing

@Suite("An amount of money") struct MoneyTests {
    @Test(
        "is read from plain digits, exactly",
        arguments: [
            ("0", 0), ("12", 12_000_000), ("0.05", 50_000), ("134.7500", 134_750_000), ("-1.5", -1_500_000),
            ("0.000001", 1), ("1.10000000000000", 1_100_000), ("-0", 0), ("007", 7_000_000),
            ("9223372036854.775807", Int64.max), ("-9223372036854.775808", Int64.min),
        ])
    func reads(text: String, count: Int64) throws {
        #expect(try MicroUSD(text: text) == MicroUSD(count: count))
    }

    @Test(
        "is not read from anything else",
        arguments: [
            "", ".", "-", "1.", ".5", "+1", "1e3", "1E3", " 1", "1 ", "1,5", "1.2.3", "--1", "0x10", "NaN", "inf", "٣",
            "1_000", "0.0000001", "1.2345678", "$1",
        ])
    func refuses(text: String) {
        #expect(throws: MoneyFault.notExact) { try MicroUSD(text: text) }
    }

    @Test(
        "beyond 64 bits is an overflow, not another amount",
        arguments: ["9223372036854.775808", "-9223372036854.775809", "10000000000000", "99999999999999999999999999999"])
    func overflows(text: String) throws {
        #expect(throws: MoneyFault.overflow) { try MicroUSD(text: text) }
        #expect(throws: MoneyFault.overflow) { try MicroUSD(try #require(Decimal(string: text))) }
    }

    @Test(
        "is printed with at least two decimals and no needless ones",
        arguments: [
            (Int64(1_250_000), "1.25"), (0, "0.00"), (1, "0.000001"), (-1_500_000, "-1.50"), (-1, "-0.000001"),
            (10_000_000, "10.00"), (1_234_500, "1.2345"), (.max, "9223372036854.775807"),
            (.min, "-9223372036854.775808"),
        ])
    func prints(count: Int64, text: String) { #expect(MicroUSD(count: count).description == text) }

    @Test("comes back unchanged from its text and from its decimal number", arguments: SeededRandom.seeds(200))
    func roundTrips(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            // Every order of magnitude is as likely as any other.
            let count = Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...63, using: &random)
            let amount = MicroUSD(count: count)
            #expect(try MicroUSD(text: amount.description) == amount, "seed \(seed)")
            #expect(try MicroUSD(amount.decimal) == amount, "seed \(seed)")
            #expect(try MicroUSD(roundingUp: amount.decimal) == amount, "seed \(seed)")
        }
    }

    @Test("comes back unchanged from JSON", arguments: [Int64(0), 1, 50_000, 280_000, 134_750_000, .max, .min])
    func json(count: Int64) throws {
        let data = try JSONEncoder().encode([MicroUSD(count: count).decimal])
        #expect(try MicroUSD(try #require(JSONDecoder().decode([Decimal].self, from: data).first)).count == count)
    }

    @Test(
        "stands in JSON without needless digits",
        arguments: [
            (Int64(0), "0"), (1_500_000, "1.5"), (-1, "-0.000001"), (250_000, "0.25"), (10_000_000, "10"),
            (.min, "-9223372036854.775808"),
        ])
    func text(count: Int64, text: String) throws {
        let data = try JSONEncoder().encode([MicroUSD(count: count).decimal])
        #expect(String(decoding: data, as: UTF8.self) == "[\(text)]")
    }

    @Test("is rounded up, never down, to a micro-dollar", arguments: SeededRandom.seeds(200))
    func roundsUp(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let whole = Decimal(Int64.random(in: 0...1_000_000_000_000, using: &random)) / 1_000_000
        let rest = Decimal(Int64.random(in: 1...999_999, using: &random)) / 1_000_000_000_000
        let rounded = try MicroUSD(roundingUp: whole + rest)
        #expect(rounded.decimal > whole + rest)
        #expect(rounded.decimal - (whole + rest) < Decimal(1) / 1_000_000)
    }

    @Test("with more than six decimals, or none at all, is not exact")
    func notExact() {
        #expect(throws: MoneyFault.notExact) { try MicroUSD(Decimal(1) / 10_000_000) }
        #expect(throws: MoneyFault.notExact) { try MicroUSD(Decimal.nan) }
        #expect(throws: MoneyFault.notExact) { try MicroUSD(roundingUp: Decimal.nan) }
        #expect(throws: MoneyFault.overflow) { try MicroUSD(roundingUp: Decimal.greatestFiniteMagnitude) }
    }

    @Test("never wraps around")
    func arithmetic() throws {
        let (most, least, one) = (MicroUSD(count: .max), MicroUSD(count: .min), MicroUSD(count: 1))
        #expect(throws: MoneyFault.overflow) { try most.adding(one) }
        #expect(throws: MoneyFault.overflow) { try least.subtracting(one) }
        #expect(throws: MoneyFault.overflow) { try MicroUSD.zero.subtracting(least) }
        #expect(throws: MoneyFault.overflow) { try most.times(2) }
        #expect(throws: MoneyFault.overflow) { try most.percent(10) }
        #expect(throws: MoneyFault.overflow) { try most.roundedUpToCent() }
        #expect(try most.subtracting(one).adding(one) == most)
    }

    @Test(
        "as a share is rounded up to a micro-dollar, and to the cent",
        arguments: [
            (Int64(250_000), Int64(10), Int64(25_000), Int64(30_000)), (1, 10, 1, 10_000), (10, 10, 1, 10_000),
            (11, 10, 2, 10_000), (100_000, 10, 10_000, 10_000), (0, 10, 0, 0), (100_001, 10, 10_001, 20_000),
            (1_000_000, 0, 0, 0), (333_333, 100, 333_333, 340_000),
        ])
    func shares(count: Int64, percent: Int64, share: Int64, cents: Int64) throws {
        let amount = try MicroUSD(count: count).percent(percent)
        #expect(amount.count == share)
        #expect(try amount.roundedUpToCent().count == cents)
    }
}
