import GatewayCore
import GatewayStore

extension StoreContract {
    static let budgetChangeRules = [
        Rule("a budget set in mid-period starts from what the ledger says") { books in
            let owner = try await books.owner()
            try await books.settle(try await books.place(for: owner), cost: .cents(26))
            _ = try await books.place(for: owner, hold: .cents(11))
            _ = try await books.job(in: .failed, for: owner)
            _ = try await books.job(in: .writtenOff, for: owner)
            for of in BudgetOwner.all(of: owner) {
                for period in BudgetPeriod.allCases {
                    try await books.limit(of, .cents(65), per: period)
                    let figures = try await books.status(of, per: period).figures
                    let wanted = BudgetFigures(captured: .cents(52), held: .cents(11))
                    try expect(figures, wanted, "\(of)/\(period)")
                }
            }
            let shortage = try await books.shortage(for: owner, hold: .cents(3))
            try expect(shortage.available, .cents(2), "what is left")
        },
        Rule("yesterday's spend does not count in a day's budget that is set today") { books in
            let owner = try await books.owner()
            _ = try await books.place(for: owner)
            let tomorrow = Timestamp.testStart.adding(.days(1))
            try await books.limit(.team(owner.team), .cents(28), per: .day, at: tomorrow)
            _ = try await books.place(for: owner, at: tomorrow)
        },
        Rule("a limit lowered below what was taken refuses everything, and nothing is less than nothing") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(100), per: .month)
            _ = try await books.place(for: owner, hold: .cents(80))
            try await books.limit(.team(owner.team), .cents(50), per: .month)
            let status = try await books.status(.team(owner.team), per: .month)
            try expect(status.available, .zero, "what is left")
            try expect(status.figures.held, .cents(80), "what is held")
            let shortage = try await books.shortage(for: owner, hold: MicroUSD(count: 1))
            try expect(shortage.available, .zero, "what the refusal says is left")
            try await books.limit(.team(owner.team), .cents(108), per: .month)
            _ = try await books.place(for: owner)
        },
        Rule("another time zone counts anew over its own days") { books in
            let owner = try await books.owner()
            let (noon, evening) = (Timestamp.at("2026-11-22T12:00:00Z"), Timestamp.at("2026-11-22T23:30:00Z"))
            try await books.limit(.team(owner.team), .cents(100), per: .day, at: noon)
            let early = try await books.place(for: owner, hold: .cents(30), at: noon)
            let late = try await books.place(for: owner, hold: .cents(50), at: evening)
            // In Berlin the evening's order is already of the 23rd.
            let berlin = BudgetZone.named("Europe/Berlin")
            try await books.limit(.team(owner.team), .cents(100), per: .day, in: berlin, at: evening)
            let figures = try await books.status(.team(owner.team), per: .day, at: evening).figures
            try expect(figures, BudgetFigures(captured: .zero, held: .cents(50)), "the 23rd in Berlin")
            try await books.settle(early, cost: .cents(20), at: evening)
            try await books.settle(late, cost: .cents(40), at: evening)
            let after = try await books.status(.team(owner.team), per: .day, at: evening).figures
            try expect(after, BudgetFigures(captured: .cents(40), held: .zero), "the 23rd in Berlin, settled")
            let before = try await books.status(.team(owner.team), per: .day, at: noon).figures
            try expect(before, BudgetFigures(captured: .cents(20), held: .zero), "the 22nd in Berlin, settled")
        },
        Rule("a budget that was removed limits nothing, and set again knows everything") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(30), per: .day)
            let job = try await books.place(for: owner)
            let removed = try await books.store.removeBudget(
                of: .team(owner.team), per: .day, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(removed, true, "whether it was removed")
            _ = try await books.place(for: owner)
            try await books.settle(job, cost: .cents(27))
            try await books.limit(.team(owner.team), .cents(100), per: .day)
            let figures = try await books.status(.team(owner.team), per: .day).figures
            try expect(figures, BudgetFigures(captured: .cents(27), held: .cents(28)), "the day")
            let actions = try await books.actions(about: "team:marketing/day")
            try expect(actions, [.budgetSet, .budgetRemoved, .budgetSet], "the records")
        },
        Rule("a budget needs an owner that exists, removing needs a budget; otherwise nothing is written") { books in
            let owner = try await books.owner()
            let before = try await books.tables()
            let nobody = Budget(owner: .team(TeamID(stored: "nobody")), period: .day, limit: .cents(1))
            let noToken = Budget(owner: .token(books.newKeyID()), period: .day, limit: .cents(1))
            for budget in [nobody, noToken] {
                let isSet = try await books.store.set(budget, by: StoreFixture.actor, from: .none, at: .testStart)
                try expect(isSet, false, "whether \(budget.source) was set")
            }
            let removed = try await books.store.removeBudget(
                of: .team(owner.team), per: .day, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(removed, false, "whether a budget was removed that was not there")
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("every change of a budget is on record with its team and announced") { books in
            let owner = try await books.owner()
            let before = try await books.store.directorySnapshot().lastChange
            let berlin = BudgetZone.named("Europe/Berlin")
            try await books.limit(.team(owner.team), .cents(30), per: .day, in: berlin)
            try await books.limit(.token(owner.token), .cents(30), per: .week)
            let record = try await books.records(about: "team:marketing/day").first
            try expect(record?.detail, "limit $0.30, time zone Europe/Berlin", "the detail")
            try expect(record?.team, owner.team, "the team of the record")
            let other = try await books.records(about: "token:\(owner.token)/week").first
            try expect(other?.team, owner.team, "the team of the record about the token's budget")
            let changes = try await books.store.changes(after: before)
            try expect(
                changes.map(\.object), ["team:marketing/day", "token:\(owner.token)/week"], "what was announced")
            try expect(changes.map(\.topic), [.budget, .budget], "the topics")
        },
        Rule("a budget keeps its zone and its alert percentages") { books in
            let owner = try await books.owner()
            let budget = Budget(
                owner: .token(owner.token), period: .week, limit: .cents(5), zone: .named("Asia/Kathmandu"),
                alertPercents: [50, 80, 100])
            _ = try await books.store.set(budget, by: StoreFixture.actor, from: .none, at: .testStart)
            let found = try await books.status(.token(owner.token), per: .week).budget
            try expect(found, budget, "the budget")
        },
    ]
}
