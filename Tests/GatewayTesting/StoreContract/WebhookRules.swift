import GatewayCore
import GatewayStore

extension StoreContract {
    static let webhookRules = [
        Rule("a team sees its own webhooks only, oldest first, with nothing of their secrets") { books in
            let (one, other) = (try await books.team("one"), try await books.team("other"))
            let first = try await books.webhook(of: one)
            let second = try await books.webhook(
                of: one, events: [.jobFailed], at: Timestamp.testStart.adding(.seconds(1)))
            _ = try await books.webhook(of: other)
            let found = try await books.store.webhooks(of: one)
            try expect(found.map(\.id), [first, second], "the webhooks of one")
            try expect(found.last?.events, [.jobFailed], "what the second is told of")
            try expect(try await books.store.deliveries(to: first, of: other, before: nil, limit: 1), nil, "to others")
            let isDeleted = try await books.store.deleteWebhook(
                first, of: other, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(isDeleted, false, "whether another team deletes it")
            try expect(try await books.actions(about: first.text), [.webhookCreated], "the records")
        },
        Rule("of 40 registrations at once a team gets 20, and one more when it has deleted one") { books in
            let team = try await books.team()
            let ends = try await withThrowingTaskGroup(of: WebhookCreation.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await books.store.create(
                            books.newWebhook(of: team), sealedSecret: [1], about: "", by: StoreFixture.actor,
                            from: .none)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try expect(ends.count { $0 == .created }, Webhook.perTeamMax, "the number registered")
            try expect(ends.count { $0 == .tooMany }, 20, "the number refused")
            let first = try await books.store.webhooks(of: team)[0].id
            let isDeleted = try await books.store.deleteWebhook(
                first, of: team, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(isDeleted, true, "whether it is deleted")
            try expect(
                try await books.store.deleteWebhook(
                    first, of: team, by: StoreFixture.actor, from: .none, at: .testStart), false,
                "whether it is deleted twice")
            _ = try await books.webhook(of: team)
            try expect(
                try await books.store.webhooks(of: team).contains { $0.id == first }, false, "whether it is seen")
        },
        Rule("a team that is missing or archived gets no webhook") { books in
            let gone = try await books.team("gone")
            _ = try await books.change(gone) { $0.state = .archived }
            for team in [gone, TeamID(stored: "nobody")] {
                let end = try await books.store.create(
                    books.newWebhook(of: team), sealedSecret: [1], about: "", by: StoreFixture.actor, from: .none)
                try expect(end, .noSuchTeam, "what \(team) is told")
            }
        },
        Rule("what was sent is forgotten in batches after its time, and a deleted webhook with the last of it") {
            books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team)
            for _ in 0..<5 { _ = try await books.job(in: .failed, for: owner) }
            let later = Timestamp.testStart.adding(.days(1))
            _ = try await books.job(in: .failed, for: owner, at: later)
            _ = try await books.store.deleteWebhook(
                webhook, of: owner.team, by: StoreFixture.actor, from: .none, at: later)
            let end = later.adding(.days(1))
            try expect(try await books.store.forgetWebhooks(before: end, limit: 10), 0, "webhooks, too early")
            try expect(try await books.store.forgetDeliveries(before: .testStart, limit: 10), 0, "none before")
            try expect(try await books.store.forgetDeliveries(before: later, limit: 3), 3, "the first batch")
            try expect(try await books.store.forgetDeliveries(before: later, limit: 3), 2, "the second batch")
            try expect(try await books.store.forgetDeliveries(before: end, limit: 3), 1, "what came later")
            try expect(try await books.store.forgetWebhooks(before: later, limit: 10), 0, "webhooks, still too early")
            try expect(try await books.store.forgetWebhooks(before: end, limit: 10), 1, "webhooks in the end")
        },
    ]
}
