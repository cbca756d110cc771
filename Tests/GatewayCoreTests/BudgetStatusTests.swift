import GatewayCore
import GatewayTesting
import Testing

@Suite("A budget's figures") struct BudgetStatusTests {
    private func status(
        _ owner: BudgetOwner = .organization, _ period: BudgetPeriod = .day, limit: MicroUSD,
        captured: MicroUSD = .zero,
        held: MicroUSD = .zero
    ) -> BudgetStatus {
        BudgetStatus(
            budget: Budget(owner: owner, period: period, limit: limit),
            interval: period.interval(containing: .testStart, in: .utc),
            figures: BudgetFigures(captured: captured, held: held))
    }

    @Test("leave limit − captured − held, never less than nothing")
    func available() {
        #expect(status(limit: .cents(100), captured: .cents(30), held: .cents(28)).available == .cents(42))
        #expect(status(limit: .cents(100), captured: .cents(100)).available == .zero)
        #expect(status(limit: .cents(100), captured: .cents(120), held: .cents(1)).available == .zero)
        #expect(status(limit: .zero).available == .zero)
        let most = MicroUSD(count: .max)
        #expect(status(limit: most, captured: most, held: most).available == .zero)
        #expect(status(limit: most).available == most)
    }

    @Test("admit exactly what is left")
    func admits() {
        let status = status(limit: .cents(100), held: .cents(72))
        #expect(status.admits(.cents(28)))
        #expect(!status.admits(MicroUSD(count: 280_001)))
        #expect(status.admits(.zero))
    }

    @Test("bind where the least is left; of equals, where it frees up last")
    func binding() {
        let team = BudgetOwner.team(TeamID(stored: "marketing"))
        let tight = status(team, .day, limit: .cents(5))
        let roomy = status(.organization, .total, limit: .cents(6))
        #expect([roomy, tight].binding == tight)
        let equals = BudgetPeriod.allCases.map { status(team, $0, limit: .cents(5)) }
        #expect(equals.binding?.budget.period == .total)
        #expect(equals.reversed().binding?.budget.period == .total)
        #expect(equals.dropLast().binding?.budget.period == .month)
        #expect([BudgetStatus]().binding == nil)
    }

    @Test("are named by owner and period")
    func names() {
        var random = SeededRandom(seed: 1)
        let key = KeyID(using: &random)
        #expect(status(.organization, .total, limit: .zero).budget.source == "organization:default/total")
        #expect(status(.team(TeamID(stored: "a")), .week, limit: .zero).budget.source == "team:a/week")
        #expect(status(.token(key), .month, limit: .zero).budget.source == "token:\(key)/month")
    }

    @Test("are of an owner that its kind and id name, and of no other text")
    func owners() {
        var random = SeededRandom(seed: 1)
        let owner = JobOwner(team: TeamID(stored: "a"), token: KeyID(using: &random))
        for of in BudgetOwner.all(of: owner) { #expect(BudgetOwner(kind: of.kind, id: of.id) == of) }
        #expect(BudgetOwner(kind: .organization, id: "other") == nil)
        #expect(BudgetOwner(kind: .team, id: "No Team") == nil)
        #expect(BudgetOwner(kind: .token, id: "a") == nil)
    }
}
