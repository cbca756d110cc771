import GatewayCore
import GatewayStore

extension StoreContract {
    static let admissionRules = [
        Rule("an order is held in every budget that applies, all at once") { books in
            let owner = try await books.owner()
            let budgets = try await books.limitEverywhere(of: owner, .cents(1000))
            _ = try await books.place(for: owner, hold: .cents(28))
            for (of, period) in budgets {
                let figures = try await books.status(of, per: period).figures
                try expect(figures, BudgetFigures(captured: .zero, held: .cents(28)), "\(of)/\(period)")
            }
        },
        Rule("an order that does not fit one of twelve budgets is held in none") { books in
            let owner = try await books.owner()
            let budgets = try await books.limitEverywhere(of: owner, .cents(1000))
            for (of, period) in budgets {
                try await books.limit(of, .cents(27), per: period)
                let shortage = try await books.shortage(for: owner, hold: .cents(28))
                try expect(shortage.source, "\(of)/\(period.rawValue)", "the budget that refuses")
                for status in try await books.store.budgetStatuses(at: .testStart) {
                    try expect(status.figures, .none, "what \(status.budget.source) took")
                }
                try await books.limit(of, .cents(1000), per: period)
            }
            for of in BudgetOwner.all(of: owner) { try expect(try await books.store.spend(of: of), .none, "\(of)") }
            try expect(try await books.store.jobs(JobFilter(), before: nil, limit: 9).count, 0, "the number of jobs")
        },
        Rule("a refusal names the tightest budget with its figures") { books in
            let owner = try await books.owner()
            try await books.limit(.organization, .cents(40), per: .month)
            try await books.limit(.team(owner.team), .cents(38), per: .day)
            try await books.limit(.token(owner.token), .cents(39), per: .week)
            _ = try await books.place(for: owner, hold: .cents(28))
            let shortage = try await books.shortage(for: owner, hold: .cents(28))
            try expect(shortage.source, "team:marketing/day", "the budget")
            try expect(shortage.limit, .cents(38), "its limit")
            try expect(shortage.available, .cents(10), "what it has left")
            try expect(shortage.required, .cents(28), "what was needed")
            try expect(shortage.resetsAt, .at("2026-11-23T00:00:00Z"), "when it frees up")
        },
        Rule("of equally tight budgets, the one that frees up last is named") { books in
            let owner = try await books.owner()
            try await books.limit(.organization, .cents(10), per: .day)
            try await books.limit(.team(owner.team), .cents(10), per: .total)
            try await books.limit(.token(owner.token), .cents(10), per: .month)
            let shortage = try await books.shortage(for: owner)
            try expect(shortage.source, "team:marketing/total", "the budget")
            try expect(shortage.resetsAt, nil, "when it frees up")
        },
        Rule("a budget with room is not named, however little it has") { books in
            let owner = try await books.owner()
            try await books.limit(.organization, .cents(100), per: .total)
            try await books.limit(.team(owner.team), .cents(120), per: .total)
            _ = try await books.place(for: owner, hold: .cents(90))
            let shortage = try await books.shortage(for: owner, hold: .cents(20))
            try expect(shortage.source, "organization:default/total", "the budget")
        },
        Rule("an order that fills a budget exactly is taken, one micro-dollar more is not") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), MicroUSD(count: 280_000), per: .day)
            _ = try await books.shortage(for: owner, hold: MicroUSD(count: 280_001))
            _ = try await books.place(for: owner, hold: MicroUSD(count: 280_000))
            try expect(try await books.status(.team(owner.team), per: .day).available, .zero, "what is left")
            _ = try await books.shortage(for: owner, hold: MicroUSD(count: 1))
        },
        Rule("a refused order leaves one record, with the figures, and nothing else") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(10), per: .day)
            let before = try await books.tables(but: ["audit"])
            let admission = books.admission(for: owner)
            _ = try await books.store.admit(admission, at: .testStart)
            try expect(try await books.tables(but: ["audit"]), before, "everything but the audit log")
            let records = try await books.records(about: admission.job.text)
            try expect(records.map(\.action), [.orderRefused], "the records of the order")
            try expect(records.first?.outcome, .refused, "the outcome")
            try expect(records.first?.detail, "team:marketing/day has $0.10, required $0.28", "the detail")
            try expect(records.first?.team, owner.team, "the team")
            try expect(records.first?.source.clientAddress, "192.0.2.7", "the address")
        },
        Rule("without any budget an order is taken and counted") { books in
            let owner = try await books.owner()
            _ = try await books.place(for: owner, hold: .cents(28))
            for of in BudgetOwner.all(of: owner) {
                let spend = try await books.store.spend(of: of)
                try expect(spend, BudgetFigures(captured: .zero, held: .cents(28)), "the spend of \(of)")
            }
        },
        Rule("a queued order holds its money as well") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(50), per: .day)
            let job = try await books.place(for: owner) { $0.readyKey = nil }
            try expect(try await books.state(of: job), .queued, "the state")
            try expect(try await books.status(.team(owner.team), per: .day).figures.held, .cents(28), "what is held")
            _ = try await books.shortage(for: owner)
        },
        Rule("one team's orders take nothing from another's budgets") { books in
            let (one, other) = (try await books.owner("one"), try await books.owner("other"))
            for owner in [one, other] {
                try await books.limit(.team(owner.team), .cents(30), per: .day)
                try await books.limit(.token(owner.token), .cents(30), per: .day)
            }
            _ = try await books.place(for: one)
            try expect(try await books.status(.team(other.team), per: .day).figures, .none, "the other team's budget")
            _ = try await books.place(for: other)
        },
        Rule("an order of nothing fits a budget that is used up exactly") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .zero, per: .total)
            _ = try await books.place(for: owner, hold: .zero)
            _ = try await books.shortage(for: owner, hold: MicroUSD(count: 1))
        },
    ]

    static let unsendableRules = [
        Rule("an order that cannot be sent is refused on record, and nothing is held") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(28), per: .day)
            let before = try await books.tables(but: ["audit"])
            let admission = books.admission(for: owner)
            let end = try await books.store.refuse(admission, reason: "no key can send", at: .testStart)
            try expect(end, nil, "what the books say")
            try expect(try await books.tables(but: ["audit"]), before, "everything but the audit log")
            let records = try await books.records(about: admission.job.text)
            try expect(records.map(\.action), [.orderRefused], "the records")
            try expect(records.map(\.detail), ["no key can send"], "the reason")
        },
        Rule("what the books say about an order that cannot be sent comes first") { books in
            let owner = try await books.owner()
            var admission = books.admission(for: owner)
            admission.idempotencyKey = .sample("k1")
            _ = try await books.store.admit(admission, at: .testStart)
            var retry = admission
            retry.job = books.newJobID()
            let replay = try await books.store.refuse(retry, reason: "no key", at: .testStart)
            try expect(replay, .inProgress(admission.job), "a retry")
            try await books.limit(.team(owner.team), .cents(40), per: .day)
            let other = books.admission(for: owner)
            guard case .overBudget = try await books.store.refuse(other, reason: "no key", at: .testStart) else {
                throw ContractViolation(description: "the budget was not told")
            }
            let details = try await books.records(about: other.job.text).map(\.detail)
            try expect(details, ["team:marketing/day has $0.12, required $0.28"], "the record")
        },
    ]

    static let openJobRules = [
        Rule("the cap of open jobs is told before a budget that is too small") { books in
            let owner = try await books.owner()
            _ = try await books.place(for: owner)
            try await books.limit(.team(owner.team), .cents(1), per: .day)
            let end = try await books.admit(for: owner) { $0.openJobsMax = 1 }
            try expect(end, .tooManyOpenJobs(limit: 1), "the answer")
        },
        Rule("every open state counts towards the cap, no ended one does") { books in
            let owner = try await books.owner()
            for state in JobState.allCases { _ = try await books.job(in: state, for: owner) }
            try expect(try await books.store.openJobs(of: owner.team), JobState.open.count, "the number of open jobs")
            let end = try await books.admit(for: owner) { $0.openJobsMax = 4 }
            try expect(end, .tooManyOpenJobs(limit: 4), "the answer at the cap")
            _ = try await books.place(for: owner) { $0.openJobsMax = 5 }
        },
        Rule("another team's open jobs do not count") { books in
            let (one, other) = (try await books.owner("one"), try await books.owner("other"))
            _ = try await books.place(for: other)
            _ = try await books.place(for: one) { $0.openJobsMax = 1 }
        },
        Rule("an order refused at the cap holds nothing") { books in
            let owner = try await books.owner()
            _ = try await books.place(for: owner)
            let before = try await books.store.spend(of: .organization)
            _ = try await books.admit(for: owner) { $0.openJobsMax = 1 }
            try expect(try await books.store.spend(of: .organization), before, "the organization's spend")
        },
        Rule("open jobs are listed by state in pages, and counted by state, team and key") { books in
            let owner = try await books.owner()
            var accepted: [JobID] = []
            for second in 0..<5 {
                let now = Timestamp.testStart.adding(.seconds(second))
                accepted.append(try await books.job(in: .accepted, for: owner, at: now))
            }
            for state in JobState.allCases where state != .accepted { _ = try await books.job(in: state, for: owner) }
            let process = try await books.store.job(.job(accepted[0]))?.process ?? .sample
            let first = try await books.store.followed(by: process, after: nil, limit: 3).map(\.id)
            let second = try await books.store.followed(by: process, after: first.last, limit: 3).map(\.id)
            try expect(first + second, accepted, "the pages")
            try expect(try await books.store.followed(by: .next, after: nil, limit: 3), [], "another process's")
            let counts = try await books.store.openJobCounts()
            try expect(counts, [.queued: 1, .dispatching: 1, .accepted: 5, .unknown: 1], "the counts by state")
            try expect(try await books.store.openJobs(of: owner.team), 8, "the count of the team")
        },
    ]
}
