import GatewayCore
import GatewayStore

extension StoreContract {
    static let budgetPeriodRules = [
        Rule("a hold and its capture belong to the period in which the hold was placed") { books in
            let (evening, morning) = (Timestamp.at("2026-11-30T23:59:59Z"), Timestamp.at("2026-12-01T00:00:01Z"))
            let owner = try await books.owner()
            for period in BudgetPeriod.allCases {
                try await books.limit(.team(owner.team), .cents(100), per: period, at: evening)
            }
            let job = try await books.place(for: owner, at: evening)
            _ = try await books.place(for: owner, hold: .cents(5), at: morning)
            try await books.settle(job, cost: .cents(26), at: morning)
            for period in [BudgetPeriod.day, .month] {
                let before = try await books.status(.team(owner.team), per: period, at: evening).figures
                try expect(before, BudgetFigures(captured: .cents(26), held: .zero), "the \(period) of the hold")
                let after = try await books.status(.team(owner.team), per: period, at: morning).figures
                try expect(after, BudgetFigures(captured: .zero, held: .cents(5)), "the \(period) of the capture")
            }
            for period in [BudgetPeriod.week, .total] {
                let figures = try await books.status(.team(owner.team), per: period, at: morning).figures
                try expect(figures, BudgetFigures(captured: .cents(26), held: .cents(5)), "the \(period)")
            }
        },
        Rule("a new period has its whole limit, the old ones keep their figures") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(28), per: .day)
            for day in 0..<5 {
                let now = Timestamp.testStart.adding(.days(Int64(day)))
                let job = try await books.place(for: owner, at: now)
                _ = try await books.shortage(for: owner, at: now)
                try await books.settle(job, cost: .cents(28), at: now)
                _ = try await books.shortage(for: owner, at: now)
            }
            for day in 0..<5 {
                let now = Timestamp.testStart.adding(.days(Int64(day)))
                let captured = try await books.status(.team(owner.team), per: .day, at: now).figures.captured
                try expect(captured, .cents(28), "day \(day)")
            }
        },
        Rule("the day is that of the budget's time zone") { books in
            let owner = try await books.owner()
            let berlin = BudgetZone.named("Europe/Berlin")
            try await books.limit(.team(owner.team), .cents(30), per: .day, in: berlin)
            _ = try await books.place(for: owner, at: .at("2026-11-22T22:59:59Z"))
            let shortage = try await books.shortage(for: owner, at: .at("2026-11-22T22:59:59.999999Z"))
            try expect(shortage.resetsAt, .at("2026-11-22T23:00:00Z"), "midnight in Berlin")
            _ = try await books.place(for: owner, at: .at("2026-11-22T23:00:00Z"))
        },
        Rule("a day may have 25 hours and is still one day") { books in
            let owner = try await books.owner()
            let berlin = BudgetZone.named("Europe/Berlin")
            let set = Timestamp.at("2026-10-24T00:00:00Z")
            try await books.limit(.team(owner.team), .cents(30), per: .day, in: berlin, at: set)
            // From 22:00 UTC on the 24th (summer time) to 23:00 UTC on the 25th (winter time).
            _ = try await books.place(for: owner, at: .at("2026-10-24T22:00:00Z"))
            _ = try await books.shortage(for: owner, at: .at("2026-10-25T22:59:59Z"))
            _ = try await books.place(for: owner, at: .at("2026-10-25T23:00:00Z"))
        },
        Rule("an order dated just before a budget was set is held to its own period's limit") { books in
            let owner = try await books.owner()
            let (evening, morning) = (Timestamp.at("2026-11-22T23:59:59Z"), Timestamp.at("2026-11-23T00:00:01Z"))
            _ = try await books.place(for: owner, hold: .cents(90), at: evening)
            try await books.limit(.team(owner.team), .cents(100), per: .day, at: morning)
            // Its date was read before midnight, its turn came after: the evening's money counts.
            let shortage = try await books.shortage(for: owner, hold: .cents(28), at: evening)
            try expect(shortage.available, .cents(10), "what the evening has left")
            _ = try await books.place(for: owner, hold: .cents(10), at: evening)
            _ = try await books.shortage(for: owner, hold: .cents(1), at: evening)
            _ = try await books.place(for: owner, hold: .cents(100), at: morning)
        },
        Rule("a hold from before a budget moves the budget's figures when it ends") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner)
            try await books.limit(.team(owner.team), .cents(100), per: .day)
            try await books.settle(job, cost: .cents(26))
            let figures = try await books.status(.team(owner.team), per: .day).figures
            try expect(figures, BudgetFigures(captured: .cents(26), held: .zero), "the day")
        },
    ]
}
