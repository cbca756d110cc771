import AdminAPI
import Foundation
import GatewayCore
import GatewayStore

extension StoreContract {
    static let budgetAlertRules = [
        Rule("each share of a budget is reported once per period, though money comes free and is taken again") {
            books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team, events: [.budgetAlert])
            try await books.limit(.team(owner.team), .cents(100), per: .day, alerts: [50, 80])
            let job = try await books.place(for: owner, hold: .cents(49))
            try expect(try await books.shares(webhook, owner.team), [], "below")
            try await books.settle(job, cost: .cents(49))
            let second = try await books.place(for: owner, hold: .cents(1))
            try expect(try await books.shares(webhook, owner.team), [50], "at the first share")
            try await books.apply(.plain(.notCreated, of: second))
            _ = try await books.place(for: owner, hold: .cents(2))
            try expect(try await books.shares(webhook, owner.team), [50], "after a release")
            _ = try await books.place(for: owner, hold: .cents(49))
            try expect(try await books.shares(webhook, owner.team), [50, 80], "at the second share")
            let tomorrow = Timestamp.testStart.adding(.days(1))
            _ = try await books.place(for: owner, hold: .cents(90), at: tomorrow)
            try expect(
                try await books.shares(webhook, owner.team, at: tomorrow), [50, 50, 80, 80], "in the next period")
            let records = try await books.records(about: "team:marketing/day").filter { $0.action == .budgetAlerted }
            try expect(records.count, 4, "the number of records")
        },
        Rule("of 64 orders that race past the shares, each share is reported once") { books in
            for round in 0..<5 {
                let owner = try await books.owner("team-\(round)")
                let webhook = try await books.webhook(of: owner.team, events: [.budgetAlert])
                let of: BudgetOwner = round.isMultiple(of: 2) ? .team(owner.team) : .token(owner.token)
                try await books.limit(of, .cents(100), per: .month, alerts: [10, 50, 100])
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<64 { group.addTask { _ = try? await books.admit(for: owner, hold: .cents(5)) } }
                }
                try expect(try await books.shares(webhook, owner.team), [10, 50, 100], "the shares in round \(round)")
            }
        },
        Rule("an order that a later budget refuses reports no share of an earlier one") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team, events: [.budgetAlert])
            try await books.limit(.team(owner.team), .cents(100), per: .day, alerts: [50])
            try await books.limit(.token(owner.token), .cents(10), per: .day)
            _ = try await books.shortage(for: owner, hold: .cents(60))
            try expect(try await books.shares(webhook, owner.team), [], "the shares")
        },
        Rule("a cost above its hold reports the shares that it reaches, also above the limit") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team, events: [.budgetAlert])
            try await books.limit(.team(owner.team), .cents(100), per: .total, alerts: [80, 120])
            let job = try await books.place(for: owner, hold: .cents(40))
            try await books.settle(job, cost: .cents(130))
            try expect(try await books.shares(webhook, owner.team), [80, 120], "the shares")
        },
        Rule(
            "a budget that is set below what is spent says so; set again alike it does not, with another limit it does"
        ) {
            books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team, events: [.budgetAlert])
            try await books.settle(try await books.place(for: owner), cost: .cents(28))
            for _ in 0..<2 { try await books.limit(.team(owner.team), .cents(30), per: .day, alerts: [90]) }
            try expect(try await books.shares(webhook, owner.team), [90], "set twice")
            try await books.limit(.team(owner.team), .cents(200), per: .day, alerts: [90])
            try expect(try await books.shares(webhook, owner.team), [90], "with more room")
            _ = try await books.place(for: owner, hold: .cents(155))
            try expect(try await books.shares(webhook, owner.team), [90, 90], "when the new limit is near")
        },
        Rule("nobody is told of the organization's budgets, whose figures are other teams' too; it goes on record") {
            books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team, events: [.budgetAlert])
            try await books.limit(.organization, .cents(100), per: .month, alerts: [10])
            _ = try await books.place(for: owner)
            try expect(try await books.shares(webhook, owner.team), [], "the shares")
            let record = try await books.records(about: "organization:default/month").last
            try expect(record?.action, .budgetAlerted, "the record")
            try expect(record?.team, nil, "whose it is")
        },
        Rule("an alert tells the share with the budget's figures at that moment") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team)
            try await books.limit(.token(owner.token), .cents(100), per: .day, alerts: [20])
            _ = try await books.place(for: owner, hold: .cents(28))
            let payload = try await books.claim(webhook).due[0].payload
            let message = try JSONDecoder().decode(WebhookMessage<BudgetAlert>.self, from: Data(payload.utf8))
            try expect(message.type, "budget.alert", "the type")
            let status = try await books.status(.token(owner.token), per: .day)
            try expect(
                message.data, BudgetAlert(team: owner.team.text, percent: 20, budget: BudgetReply(status)),
                "what it tells")
        },
    ]
}

extension StoreFixture {
    /// What a webhook has been told so far, smallest share first.
    fileprivate func shares(_ webhook: WebhookID, _ team: TeamID, at now: Timestamp = .testStart) async throws -> [Int]
    {
        let due = try await claim(webhook, at: now).due
        return try due.map {
            try JSONDecoder().decode(WebhookMessage<BudgetAlert>.self, from: Data($0.payload.utf8)).data.percent
        }.sorted()
    }
}
