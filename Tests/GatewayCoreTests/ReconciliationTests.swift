import GatewayCore
import GatewayTesting
import Testing

@Suite("The account held against the books") struct ReconciliationTests {
    private let terms = Reconciliation.Terms()
    private let start = Timestamp.testStart

    @Test("is compared only from a moment on at which nothing is open") func baseline() throws {
        var known = Reconciliation()
        _ = try known.take(
            sample(spent: 100, books(captured: 30, held: 28, isQuiet: false), minute: 0), after: nil, terms)
        #expect(known.baseline == nil)
        let lost = [unknown(28)]
        _ = try known.take(
            sample(spent: 100, books(captured: 30, held: 28, unknown: lost), minute: 1), after: nil, terms)
        #expect(known.baseline == nil)
        _ = try known.take(sample(spent: 100, books(captured: 30), minute: 2), after: nil, terms)
        #expect(known.baseline == AccountBaseline(at: minute(2), spent: .cents(100), captured: .cents(30)))
    }

    @Test(
        "may have spent its captures at least, and at most also every open hold and every release to verify",
        arguments: [(50, -1), (51, 0), (80, 0), (108, 0), (109, 1)])
    func bounds(spent: Int64, drift: Int64) throws {
        var known = compared()
        let books = books(
            captured: 51, held: 28, toVerify: [ReleaseToVerify(job: job(), hold: .cents(29), releasedAt: start)])
        let conclusion = try known.take(sample(spent: spent, books, minute: 1), after: nil, terms)
        #expect(conclusion.comparison?.drift == .cents(drift))
        #expect(known.drift == .cents(drift))
    }

    @Test("is alarmed, and closed when it has spent too much, only when the difference lasts") func alarm() throws {
        var known = compared()
        _ = try known.take(sample(spent: 60, books(captured: 51), minute: 1), after: nil, terms)
        #expect(!known.isAlarmed && !known.isClosed)
        _ = try known.take(sample(spent: 51, books(captured: 51), minute: 2), after: nil, terms)
        _ = try known.take(sample(spent: 60, books(captured: 51), minute: 3), after: nil, terms)
        #expect(!known.isAlarmed, "it was gone in between")
        _ = try known.take(sample(spent: 60, books(captured: 51), minute: 4), after: nil, terms)
        #expect(known.isAlarmed && known.isClosed)
        _ = try known.take(sample(spent: 60, books(captured: 60), minute: 5), after: nil, terms)
        #expect(!known.isAlarmed && !known.isClosed)
        for later in 6...7 {
            _ = try known.take(sample(spent: 50, books(captured: 60), minute: later), after: nil, terms)
        }
        #expect(known.isAlarmed && !known.isClosed, "too little was spent: no reason to refuse orders")
    }

    @Test("that others use as well is never closed, and proves nothing") func shared() throws {
        var known = compared()
        let shared = Reconciliation.Terms(isExclusive: false)
        let lost = [unknown(28)]
        let first = sample(spent: 90, books(captured: 51, held: 28, unknown: lost), minute: 20)
        let second = sample(spent: 90, books(captured: 51, held: 28, unknown: lost), minute: 26)
        _ = try known.take(first, after: nil, shared)
        let conclusion = try known.take(second, after: first, shared)
        #expect(known.isAlarmed && !known.isClosed)
        #expect(conclusion.evidence == nil)
    }

    @Test("proves that unknown orders were not charged, once two quiet samples agree and the orders are old")
    func notCharged() throws {
        var known = compared()
        let lost = [unknown(28), unknown(28)]
        let books = books(captured: 51, held: 56, unknown: lost)
        let first = sample(spent: 51, books, minute: 20, after: sample(spent: 51, books, minute: 5))
        #expect(try known.take(first, after: nil, terms).evidence == nil)
        let soon = sample(spent: 51, books, minute: 21, after: first)
        #expect(try known.take(soon, after: first, terms).evidence == nil, "too soon")
        let conclusion = try known.take(sample(spent: 51, books, minute: 26, after: first), after: first, terms)
        #expect(conclusion.evidence == .nothingCharged)
        #expect(conclusion.judged == lost)
        #expect(known.verifiedUpTo == minute(20))
    }

    @Test("judges only orders that were unknown for long, and none by a difference that a younger one may explain")
    func young() throws {
        var known = compared()
        let lost = [unknown(28), unknown(28)]
        let before = books(captured: 51, held: 28, unknown: [lost[0]])
        let books = books(captured: 51, held: 56, unknown: lost)
        let first = sample(spent: 51, books, minute: 20, after: sample(spent: 51, before, minute: 0))
        let conclusion = try known.take(sample(spent: 51, books, minute: 26, after: first), after: first, terms)
        #expect(conclusion.judged == [lost[0]])
        let charged = sample(spent: 77, books, minute: 20, after: sample(spent: 77, before, minute: 0))
        let next = sample(spent: 77, books, minute: 26, after: charged)
        #expect(try known.take(next, after: charged, terms).evidence == nil)
    }

    @Test("believes no calendar about how long an order was unknown, nor how far two samples are apart")
    func calendarJumps() throws {
        var known = compared()
        let books = books(captured: 51, held: 28, unknown: [unknown(28)])
        let first = sample(spent: 51, books, minute: 20)
        let jumped = AccountSample(
            at: minute(20 + 10 * 24 * 60), takenAt: uptime(21), spent: .cents(51), balance: .zero, before: books,
            after: books, following: first)
        let conclusion = try known.take(jumped, after: first, terms)
        #expect(conclusion.evidence == nil)
        #expect(conclusion.judged.isEmpty)
    }

    @Test("concludes nothing while anything is under way or has ended in between") func moving() throws {
        var known = compared()
        let lost = [unknown(28)]
        let still = books(captured: 51, held: 28, unknown: lost)
        let moved = books(captured: 52, held: 28, unknown: lost)
        let first = sample(spent: 51, still, minute: 20)
        #expect(try known.take(sample(spent: 52, moved, minute: 26), after: first, terms).evidence == nil)
        let busy = books(captured: 51, held: 56, unknown: lost, isQuiet: false)
        #expect(try known.take(sample(spent: 51, busy, minute: 26), after: first, terms).evidence == nil)
        let between = AccountSample(
            at: minute(26), takenAt: uptime(26), spent: .cents(51), balance: .zero, before: still, after: moved,
            following: first)
        #expect(try known.take(between, after: first, terms).evidence == nil)
    }

    @Test("takes an explained difference into the baseline") func accepted() throws {
        var known = compared()
        var conclusion = Reconciliation.Conclusion()
        for later in 1...2 {
            conclusion = try known.take(sample(spent: 71, books(captured: 51), minute: later), after: nil, terms)
        }
        #expect(known.isClosed)
        try known.accept(try #require(conclusion.comparison))
        #expect(!known.isClosed && !known.isAlarmed)
        let next = try known.take(sample(spent: 71, books(captured: 51), minute: 3), after: nil, terms)
        #expect(next.comparison?.drift == .zero)
    }

    // MARK: Evidence

    @Test("that differs by what only one order can have cost proves which it was") func oneOrder() {
        let (cheap, dear) = (unknown(6), unknown(28))
        #expect(evidence(26, [dear]) == .charged(dear.job, .cents(26)))
        #expect(evidence(26, [cheap, dear]) == .undecided, "the dear one, or both")
        #expect(evidence(29, [dear]) == .undecided, "more than it can have cost")
        #expect(evidence(5, [cheap, dear]) == .undecided, "either, or both")
        #expect(evidence(34, [cheap, dear]) == .undecided, "both were charged, but who knows how much each")
        #expect(evidence(35, [cheap, dear]) == .undecided, "more than both can have cost")
    }

    @Test("that a wrong release explains as well is left to an operator") func wrongRelease() {
        let order = unknown(28)
        let release = ReleaseToVerify(job: job(), hold: .cents(28), releasedAt: start)
        #expect(evidence(26, [order], [release]) == .undecided)
        #expect(evidence(26, [], [release]) == .undecided)
        #expect(evidence(0, [order], [release]) == .nothingCharged)
        #expect(evidence(-1, [order]) == .undecided)
    }

    @Test("is never wrong: whatever was charged, what it proves is what happened", arguments: SeededRandom.seeds(300))
    func neverWrong(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let orders = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            unknown(Int64.random(in: 5...56, using: &random))
        }
        var charged: [JobID: MicroUSD] = [:]
        for order in orders where random.chance(40) {
            charged[order.job] = MicroUSD(count: Int64.random(in: 1...order.hold.count, using: &random))
        }
        let unexplained = MicroUSD(count: charged.values.reduce(0) { $0 + $1.count })
        switch ChargeEvidence(unexplained: unexplained, unknown: orders, toVerify: []) {
        case .nothingCharged: #expect(charged.isEmpty)
        case .charged(let job, let cost): #expect(charged == [job: cost], "seed \(seed)")
        case .undecided: #expect(!charged.isEmpty)
        }
    }

    // MARK: Figures, in cents and minutes

    private func compared() -> Reconciliation {
        Reconciliation(baseline: AccountBaseline(at: start, spent: .zero, captured: .zero))
    }

    private func minute(_ minute: Int) -> Timestamp { start.adding(.seconds(60 * minute)) }

    private func job() -> JobID {
        var random = SystemRandomNumberGenerator()
        return JobID(at: start, using: &random)
    }

    private func uptime(_ minute: Int) -> Uptime { Uptime(microseconds: 0).adding(.seconds(60 * minute)) }

    private func unknown(_ hold: Int64) -> UnknownOrder { UnknownOrder(job: job(), hold: .cents(hold)) }

    private func books(
        captured: Int64, held: Int64 = 0, toVerify: [ReleaseToVerify] = [], unknown: [UnknownOrder] = [],
        isQuiet: Bool = true
    ) -> AccountBooks {
        AccountBooks(
            captured: .cents(captured), held: .cents(held), toVerify: toVerify, unknown: unknown, isQuiet: isQuiet)
    }

    private func sample(
        spent: Int64, _ books: AccountBooks, minute: Int, after previous: AccountSample? = nil
    ) -> AccountSample {
        AccountSample(
            at: self.minute(minute), takenAt: uptime(minute), spent: .cents(spent), balance: .zero, before: books,
            after: books, following: previous)
    }

    private func evidence(
        _ unexplained: Int64, _ unknown: [UnknownOrder], _ toVerify: [ReleaseToVerify] = []
    ) -> ChargeEvidence {
        ChargeEvidence(unexplained: .cents(unexplained), unknown: unknown, toVerify: toVerify)
    }
}
