import Foundation
import GatewayCore
import GatewayTesting
import Testing

@Suite("A price") struct PriceTests {
    private static let usual = Price(perSecond: .cents(5), holdMarginPercent: 10)

    @Test("of $0.05 a second holds $0.28 for five seconds: $0.25 and ten percent, in whole cents")
    func documentedExample() throws {
        let quote = try PriceTests.usual.quote(seconds: 5)
        #expect(quote.estimatedCost == .cents(25))
        #expect(quote.hold == .cents(28))
    }

    @Test(
        "holds the estimate and its margin, the margin rounded up to a cent",
        arguments: [
            (1, 5, 6), (2, 10, 11), (3, 15, 17), (4, 20, 22), (6, 30, 33), (7, 35, 39), (8, 40, 44), (10, 50, 55),
        ])
    func quotes(seconds: Int, estimate: Int64, hold: Int64) throws {
        let quote = try PriceTests.usual.quote(seconds: seconds)
        #expect(quote.estimatedCost == .cents(estimate))
        #expect(quote.hold == .cents(hold))
        #expect(quote.seconds == seconds)
    }

    @Test("covers the documented overrun: 5.2 seconds billed for 5")
    func coversOverrun() throws {
        let cost = try PriceTests.usual.cost(ofSeconds: try #require(Decimal(string: "5.2")))
        #expect(cost == .cents(26))
        #expect(try cost <= PriceTests.usual.quote(seconds: 5).hold)
    }

    @Test("without a margin holds the estimate; of nothing holds nothing")
    func edges() throws {
        #expect(try Price(perSecond: .cents(5), holdMarginPercent: 0).quote(seconds: 5).hold == .cents(25))
        #expect(try Price(perSecond: .zero, holdMarginPercent: 10).quote(seconds: 5).hold == .zero)
    }

    @Test("never quotes less than its cost", arguments: SeededRandom.seeds(200))
    func holdsEnough(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let price = Price(
            perSecond: MicroUSD(count: Int64.random(in: 0...10_000_000, using: &random)),
            holdMarginPercent: Int64.random(in: 0...100, using: &random))
        let seconds = Int.random(in: 1...10, using: &random)
        let quote = try price.quote(seconds: seconds)
        #expect(try quote.estimatedCost == price.cost(ofSeconds: Decimal(seconds)))
        #expect(quote.hold >= quote.estimatedCost)
        let margin = try quote.hold.subtracting(quote.estimatedCost)
        #expect(margin.count % 10_000 == 0, "the margin is in whole cents")
        #expect(try margin.subtracting(.cent) < quote.estimatedCost.percent(price.holdMarginPercent))
    }

    @Test("beyond 64 bits is an overflow")
    func overflows() {
        let price = Price(perSecond: MicroUSD(count: .max), holdMarginPercent: 10)
        #expect(throws: MoneyFault.overflow) { try price.quote(seconds: 2) }
        #expect(throws: MoneyFault.overflow) { try price.quote(seconds: 1) }
        #expect(throws: MoneyFault.overflow) { try price.cost(ofSeconds: 2) }
    }
}

@Suite("A finished video's cost") struct VideoResultTests {
    private static let price = Price(perSecond: .cents(5), holdMarginPercent: 10)

    private func cost(reported: Decimal?, seconds: Decimal?) throws -> (MicroUSD, isDerived: Bool) {
        let result = try VideoResult(
            url: nil, seconds: seconds, reportedCost: reported, orderedSeconds: 5, price: VideoResultTests.price)
        return (result.cost, result.isCostDerived)
    }

    @Test("is what Vinci reports, zero included")
    func reported() throws {
        #expect(try cost(reported: Decimal(string: "0.26"), seconds: 5) == (.cents(26), false))
        #expect(try cost(reported: 0, seconds: 5) == (.zero, false))
    }

    @Test("is seconds × price when Vinci leaves it out, delivered seconds before ordered ones")
    func derived() throws {
        #expect(try cost(reported: nil, seconds: Decimal(string: "5.2")) == (.cents(26), true))
        #expect(try cost(reported: nil, seconds: nil) == (.cents(25), true))
    }

    @Test("rounds a fraction of a micro-dollar up")
    func rounds() throws {
        #expect(try cost(reported: Decimal(string: "0.2600001"), seconds: nil) == (MicroUSD(count: 260_001), false))
    }

    @Test("is never negative: that is no cost, and nothing is settled by it")
    func negative() {
        #expect(throws: MoneyFault.self) { try cost(reported: -1, seconds: 5) }
        #expect(throws: MoneyFault.self) { try cost(reported: nil, seconds: -5) }
    }

    @Test("beyond 64 bits is an overflow")
    func overflows() {
        #expect(throws: MoneyFault.overflow) { try cost(reported: Decimal(string: "1e30"), seconds: nil) }
        #expect(throws: MoneyFault.overflow) { try cost(reported: nil, seconds: Decimal(string: "1e30")) }
    }
}
