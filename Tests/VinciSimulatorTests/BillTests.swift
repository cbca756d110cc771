import Foundation
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("The bill") struct BillTests {
    @Test("takes money when a job completes, not before; a failed job costs nothing")
    func takesMoneyAtTheEnd() async throws {
        let clock = SteppedTime()
        let doomed = FaultRule(
            match: FaultMatch(.submitText, promptContains: "doomed"),
            action: .job(JobFate(error: "Invalid prompt format")))
        try await withSimulator(.forTests(faults: [doomed]), clock: clock) { caller async throws in
            let good = try await caller.ordered(seconds: 5)
            let bad = try await caller.ordered("doomed", seconds: 10)
            let before = caller.simulator.bill
            #expect(before.accounts.first?.balance == .dollars(100))
            #expect(before.accounts.first?.openEstimates == .cents(75))
            #expect(before[requestID: good]?.cost == nil)
            clock.advance(by: .seconds(10))
            let after = caller.simulator.bill
            #expect(after.accounts.first?.balance == USD.dollars(100) - .cents(25))
            #expect(after.accounts.first?.openEstimates == .zero)
            #expect(after[requestID: good]?.isCharged == true)
            #expect(after[requestID: good]?.cost == .cents(25))
            #expect(after[requestID: bad]?.state == .failed)
            #expect(after[requestID: bad]?.cost == .zero)
            #expect(after[requestID: bad]?.isCharged == false)
        }
    }

    @Test("shows the balance and what was spent, and the use of the last days")
    func balanceAndUsage() async throws {
        let clock = SteppedTime()
        try await withSimulator(clock: clock) { caller async throws in
            _ = try await caller.ordered(seconds: 10)
            clock.advance(by: .seconds(40 * 24 * 3600))
            _ = try await caller.ordered(seconds: 4)
            clock.advance(by: .seconds(60))
            let balance = try await caller.get("/billing/balance")
            #expect(balance.text == #"{"balance_usd":99.3,"total_spent_usd":0.7}"#)
            let month = try await caller.get("/billing/usage")
            #expect(
                month.json
                    == .object([
                        "period_days": .number(30), "total_requests": .number(1), "total_seconds": .number(4),
                        "total_cost_usd": .number(decimal("0.2")), "current_balance_usd": .number(decimal("99.3")),
                        "total_spent_usd": .number(decimal("0.7")),
                    ]))
            let quarter = try await caller.get("/billing/usage?days=90")
            #expect(quarter["total_requests"]?.decimal == 2)
            #expect(quarter["total_seconds"]?.decimal == 14)
            for days in ["0", "91", "x", "1.5", ""] {
                #expect(try await caller.get("/billing/usage?days=\(days)").status == 422)
            }
        }
    }

    @Test("adds up after any orders, deposits and waits", arguments: (1...25).map(UInt64.init))
    func addsUp(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var configuration = SimulatorConfiguration.forTests(balance: .dollars(3), seed: seed)
        configuration.billedLength = .longer(milliseconds: Int.random(in: -900...900, using: &random))
        var now = Moment(unixSeconds: 1_700_000_000)
        var provider = try Provider(configuration, at: now)
        guard case .admitted(let visitor) = provider.keys.admit(KeySeed.defaultText, at: now) else {
            Issue.record("the key must be known")
            return
        }
        var deposited = USD.dollars(3)
        for step in 0..<200 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                let amount = USD.cents(.random(in: 1...200, using: &random))
                _ = try provider.deposit(amount, to: "main", at: now)
                deposited += amount
            case 1...6:
                let order = VideoOrder(kind: .text, prompt: "\(step)", seconds: .random(in: 1...10, using: &random))
                let fates = [JobFate.regular, .regular, JobFate(error: "no"), JobFate(cost: .percent(137))]
                let fate = fates.randomElement(using: &random) ?? .regular
                provider.settle(until: now)
                let before = provider.accounts["main"]?.available ?? .zero
                let isPayable = before >= VideoLength(seconds: order.seconds).price
                let reply = try? provider.accept(order, from: visitor, fate: fate, at: now)
                #expect((reply != nil) == isPayable, "seed \(seed), step \(step)")
            default:
                now = now.advanced(by: .milliseconds(.random(in: 1...9_000, using: &random)))
            }
            let bill = provider.bill(at: now)
            let account = try #require(bill.accounts.first)
            let charged = bill.lines.filter(\.isCharged).compactMap(\.cost).reduce(.zero, +)
            let open = bill.lines.filter { $0.endedAt == nil }.map(\.estimate).reduce(.zero, +)
            #expect(account.spent == charged && bill.totals.charged == charged, "seed \(seed), step \(step)")
            #expect(
                account.balance == deposited - charged && account.deposited == deposited, "seed \(seed), step \(step)")
            #expect(account.openEstimates == open, "seed \(seed), step \(step)")
        }
    }

    @Test(
        "rounds to the nearest cent, halves up",
        arguments: [
            (5_000, 25), (5_200, 26), (5_100, 26), (5_099, 25), (1_000, 5), (10_000, 50), (100, 1), (99, 0),
        ] as [(Int, Int64)])
    func rounds(milliseconds: Int, cents: Int64) {
        #expect(VideoLength(milliseconds: milliseconds).price == .cents(cents))
    }

    @Test(
        "reads dollars exactly, and only dollars",
        arguments: [
            ("1.25", 1_250_000), ("0.000001", 1), ("100", 100_000_000), ("-0.5", -500_000),
            ("1000000", 1_000_000_000_000),
        ] as [(String, Int64)])
    func readsDollars(text: String, micros: Int64) { #expect(USD(text)?.micros == micros) }

    @Test(
        "takes no other text for dollars",
        arguments: [
            "", "-", ".5", "1.", "1.0000001", "1e3", "1,5", "٣", "1000000.01", "99999999", "1.2.3", "--1", "$1", "NaN",
        ])
    func refusesOtherText(text: String) { #expect(USD(text) == nil) }

    @Test(
        "writes dollars as Vinci does",
        arguments: [
            (1_250_000, "$1.25"), (2_500_000, "$2.50"), (0, "$0.00"), (-1_250_000, "$-1.25"), (1_234_500, "$1.2345"),
        ] as [(Int64, String)])
    func writesDollars(micros: Int64, text: String) { #expect("\(USD(micros: micros))" == text) }
}
