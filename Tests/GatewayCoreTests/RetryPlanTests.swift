import GatewayCore
import GatewayTesting
import Testing

@Suite("Retries of a webhook") struct RetryPlanTests {
    private let plan = RetryPlan(retryFor: .seconds(86_400))

    @Test("come four times later each time, up to four hours, with one last attempt at the end")
    func growing() {
        var now = Timestamp.testStart
        var pauses: [Int] = []
        while let next = plan.next(
            afterTry: pauses.count + 1, since: .testStart, at: now, retryAfter: nil, .none)
        {
            pauses.append(next.since(now).secondsRoundedUp)
            now = next
        }
        #expect(pauses == [5, 20, 80, 320, 1280, 5120, 14400, 14400, 14400, 14400, 14400, 7575])
        #expect(now == Timestamp.testStart.adding(.seconds(86_400)))
    }

    @Test("come at most a fifth earlier or later by chance, and not all at once", arguments: SeededRandom.seeds(50))
    func jitter(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var seen: Set<Timestamp> = []
        for _ in 0..<100 {
            let next = try #require(
                plan.next(
                    afterTry: 4, since: .testStart, at: .testStart, retryAfter: nil,
                    RetryPlan.Jitter(using: &random)))
            #expect((256...384).contains(next.since(.testStart).secondsRoundedUp))
            seen.insert(next)
        }
        #expect(seen.count > 10)
    }

    @Test(
        "wait for as long as the endpoint asks, within four hours, and never for less",
        arguments: [
            (0, 20), (3, 20), (20, 20), (21, 21), (3600, 3600), (14_400, 14_400), (1_000_000, 14_400), (-5, 20),
        ])
    func asked(seconds: Int, pause: Int) throws {
        let next = try #require(
            plan.next(afterTry: 2, since: .testStart, at: .testStart, retryAfter: .seconds(seconds), .none))
        #expect(next.since(.testStart) == .seconds(pause))
    }

    @Test("end with the time for them, also for the longest pause and for any number of tries")
    func end() {
        let last = Timestamp.testStart.adding(.seconds(86_399))
        let end = Timestamp.testStart.adding(.seconds(86_400))
        #expect(plan.next(afterTry: 100, since: .testStart, at: last, retryAfter: .seconds(9999), .none) == end)
        #expect(plan.next(afterTry: 1, since: .testStart, at: end, retryAfter: nil, .none) == nil)
        #expect(plan.next(afterTry: .max, since: .testStart, at: .testStart, retryAfter: nil, .none) != nil)
    }
}

@Suite("Turns of webhooks") struct WebhookTurnsTests {
    private func ids(_ count: Int) -> [WebhookID] {
        var random = SeededRandom(seed: 3)
        return (0..<count).map { _ in WebhookID(at: .testStart, using: &random) }
    }

    @Test("are one at a time for each, and as many at once as allowed")
    func bounds() {
        let ids = ids(5)
        var turns = WebhookTurns(atOnce: 3)
        #expect(turns.begin(of: ids) == Array(ids.prefix(3)))
        #expect(turns.begin(of: ids) == [])
        turns.end(ids[1])
        #expect(turns.begin(of: ids) == [ids[3]])
        #expect(turns.runningCount == 3)
    }

    @Test("go to whoever was served longest ago, so that nobody with much to do keeps others waiting")
    func fairness() {
        let ids = ids(4)
        var turns = WebhookTurns(atOnce: 1)
        var order: [WebhookID] = []
        for _ in 0..<12 {
            for id in turns.begin(of: ids) {
                order.append(id)
                turns.end(id)
            }
        }
        #expect(order == ids + ids + ids)
    }
}

@Suite("Alerts of a budget") struct BudgetAlertTests {
    @Test(
        "are due at the shares that what is captured and held reaches, beyond those reported",
        arguments: [
            (0, 0, 0, [Int]()), (79, 0, 0, []), (40, 40, 0, [80]), (100, 0, 0, [80, 100]), (100, 0, 80, [100]),
            (150, 0, 100, [150]), (149, 0, 0, [80, 100]), (90, 0, 100, []),
        ] as [(Int64, Int64, Int, [Int])])
    func due(captured: Int64, held: Int64, reported: Int, due: [Int]) {
        let budget = Budget(owner: .organization, period: .day, limit: .cents(100), alertPercents: [80, 100, 150])
        let figures = BudgetFigures(captured: .cents(captured), held: .cents(held))
        #expect(budget.alerts(due: figures, beyond: reported) == due)
    }

    @Test("exist for no budget of nothing, and for the largest budget")
    func ends() {
        var budget = Budget(owner: .organization, period: .day, limit: .zero, alertPercents: [1])
        #expect(budget.alerts(due: .none, beyond: 0) == [])
        budget.limit = MicroUSD(count: .max)
        let all = BudgetFigures(captured: MicroUSD(count: .max), held: MicroUSD(count: .max))
        #expect(budget.alerts(due: all, beyond: 0) == [1])
    }
}
