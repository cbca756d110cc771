import GatewayCore
import GatewayStore

extension StoreContract {
    static let webhookTurnRules = [
        Rule("of ten processes that claim one webhook at once, one gets it, and nobody else until it is done") {
            books in
            let (webhook, _) = try await books.busyWebhook(messages: 3)
            let claims = try await withThrowingTaskGroup(of: ProcessID?.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        let process = ProcessID(stored: "process-\(number)")
                        try await books.register(process)
                        let claimed = try await books.store.claimWebhook(
                            webhook, by: process, limit: 10, at: .testStart)
                        return claimed == nil ? nil : process
                    }
                }
                return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
            }
            try expect(claims.count, 1, "the number that got it")
            try expect(
                try await books.store.dueWebhooks(for: .next, at: .testStart, limit: 10), [], "what others see due")
            try expect(
                try await books.store.dueWebhooks(for: claims[0], at: .testStart, limit: 10), [webhook], "what it sees")
            try await books.store.releaseWebhook(webhook, by: .next)
            try expect(
                try await books.store.claimWebhook(webhook, by: .next, limit: 1, at: .testStart) == nil, true,
                "whether somebody else can let go of it")
            try await books.store.releaseWebhook(webhook, by: claims[0])
            _ = try await books.claim(webhook)
        },
        Rule("a webhook of a process that died or left is free, and what that one still says is not heard") { books in
            for isDead in [true, false] {
                let (webhook, team) = try await books.busyWebhook("team-\(isDead)", messages: 1)
                let process = ProcessID(stored: "process-\(isDead)")
                try await books.register(process)
                let due = try await books.claim(webhook, by: process).due[0].delivery.id
                if isDead {
                    _ = try await books.store.declareDead(BeatWatch.Beat(process: process, count: 0))
                } else {
                    try await books.store.leave(process)
                }
                try expect(
                    try await books.store.dueWebhooks(for: .next, at: .testStart, limit: 10), [webhook], "what is due")
                _ = try await books.claim(webhook)
                let late = try await books.store.record(
                    .sample(.taken(status: 200), due, to: webhook, by: process), .sample, at: .testStart)
                try expect(late, nil, "what the former process records")
                _ = try await books.store.record(
                    .sample(.taken(status: 200), due, to: webhook), .sample, at: .testStart)
                try expect(try await books.deliveries(to: webhook, of: team)[0].attempts, 1, "the attempts on record")
            }
        },
        Rule("a delivery is taken once; a failed one is tried again later and later, then given up") { books in
            let (webhook, team) = try await books.busyWebhook(messages: 2)
            let due = try await books.claim(webhook).due.map(\.delivery.id)
            let taken = try await books.store.record(
                .sample(.taken(status: 204), due[0], to: webhook, endsTurn: false), .sample, at: .testStart)
            try expect(taken, WebhookRecord(progress: .delivered, isActive: true), "the first")
            let again = try await books.store.record(
                .sample(.taken(status: 204), due[0], to: webhook, endsTurn: false), .sample, at: .testStart)
            try expect(again, WebhookRecord(progress: nil, isActive: true), "the first once more")

            var now = Timestamp.testStart
            var pauses: [Duration] = []
            while true {
                _ = try await books.claim(webhook, at: now)
                let failed = try await books.store.record(
                    .sample(.refused(status: 500, retryAfter: nil), due[1], to: webhook), .sample, at: now)
                guard case .retried(let next) = failed?.progress else {
                    try expect(failed?.progress, .givenUp, "the end")
                    break
                }
                pauses.append(next.since(now))
                try expect(
                    try await books.store.dueWebhooks(for: .next, at: next.adding(.seconds(-1)), limit: 1), [], "early")
                try expect(try await books.store.dueWebhooks(for: .next, at: next, limit: 1), [webhook], "when due")
                now = next
            }
            try expect(pauses.prefix(3), [.seconds(5), .seconds(20), .seconds(80)], "the first pauses")
            try expect(now.since(.testStart), .seconds(86_400), "the last attempt")
            let found = try await books.deliveries(to: webhook, of: team)
            let given = found.first { $0.id == due[1] }
            try expect(given?.state, .givenUp, "its state")
            try expect(given?.attempts, pauses.count + 1, "its attempts")
            try expect(given?.lastStatus, 500, "its last status")
            try expect(given?.nextAttemptAt, nil, "its next attempt")
            let delivered = found.first { $0.id == due[0] }
            try expect(delivered?.endedAt, .testStart, "when the other was delivered")
            let failures = try await books.store.webhooks(of: team)[0].failuresInARow
            try expect(failures, pauses.count + 1, "failures in a row")
        },
        Rule("a redelivery is due at once with a fresh time for retries, on record; other teams' do not exist") {
            books in
            let (webhook, team) = try await books.busyWebhook(messages: 1)
            let other = try await books.team("other")
            let delivery = try await books.claim(webhook).due[0].delivery
            _ = try await books.store.record(
                .sample(.taken(status: 200), delivery.id, to: webhook), .sample, at: .testStart)
            let later = Timestamp.testStart.adding(.days(3))
            for (named, asking) in [(webhook, other), (nil, other), (books.newWebhook(of: team).id, team)] {
                let end = try await books.store.redeliver(
                    delivery.id, to: named, of: asking, by: StoreFixture.actor, from: .none, at: later)
                try expect(end, .noSuchDelivery, "what \(asking) is told")
            }
            let end = try await books.store.redeliver(
                delivery.id, to: webhook, of: team, by: StoreFixture.actor, from: .none, at: later)
            guard case .due(let renewed) = end else { throw ContractViolation(description: "\(end)") }
            try expect(renewed.state, .pending, "its state")
            try expect(renewed.nextAttemptAt, later, "when it is due")
            try expect(renewed.eventID, delivery.eventID, "the name of the event")
            _ = try await books.claim(webhook, at: later)
            let failed = try await books.store.record(
                .sample(.none(reason: "no"), delivery.id, to: webhook), .sample, at: later)
            try expect(failed?.progress, .retried(at: later.adding(.seconds(5))), "after a failure")
            try expect(try await books.actions(about: delivery.id.text), [.webhookRedelivered], "the records")
        },
        Rule("an endpoint that is gone disables its webhook, on record; what is left is given up in batches") { books in
            let (webhook, team) = try await books.busyWebhook(messages: 5)
            let due = try await books.claim(webhook).due.map(\.delivery.id)
            let gone = try await books.store.record(.sample(.gone, due[0], to: webhook), .sample, at: .testStart)
            try expect(gone, WebhookRecord(progress: .disabled, isActive: false), "what is on record")
            try expect(try await books.store.webhooks(of: team)[0].state, .disabled, "its state")
            try expect(
                try await books.actions(about: webhook.text), [.webhookCreated, .webhookDisabled], "the records")
            let refused = try await books.store.redeliver(
                due[0], to: webhook, of: team, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(refused, .disabled, "a redelivery")
            var ended = 0
            while try await books.store.dueWebhooks(for: .next, at: .testStart, limit: 10) == [webhook] {
                _ = try await books.claim(webhook)
                ended += try await books.store.giveUpDeliveries(to: webhook, holder: .next, limit: 3, at: .testStart)
            }
            try expect(ended, 4, "the number given up")
            try expect(
                try await books.deliveries(to: webhook, of: team).allSatisfy { $0.state == .givenUp },
                "all are given up")
        },
        Rule("what is due is found by webhook, longest due first, however many messages each has") { books in
            let (many, _) = try await books.busyWebhook("many", messages: 30)
            let (one, owner) = try await books.busyWebhook(
                "one", messages: 1, at: Timestamp.testStart.adding(.seconds(-1)))
            // One for which nothing is due.
            _ = try await books.webhook(of: owner)
            try expect(
                try await books.store.dueWebhooks(for: .next, at: .testStart, limit: 10), [one, many], "what is due")
            try expect(try await books.store.dueWebhooks(for: .next, at: .testStart, limit: 1), [one], "the first")
            let page = try await books.store.deliveries(
                to: many, of: TeamID(stored: "many"), before: nil, limit: 20)
            let rest = try await books.store.deliveries(
                to: many, of: TeamID(stored: "many"), before: page?.last?.id, limit: 20)
            try expect([page?.count, rest?.count], [20, 10], "the pages of the history")
            let ids = (page ?? []) + (rest ?? [])
            try expect(ids.map(\.id), ids.map(\.id).sorted(by: >), "their order")
        },
    ]
}

extension StoreFixture {
    /// A webhook of a new team with this many messages due.
    fileprivate func busyWebhook(
        _ name: String = "marketing", messages: Int, at now: Timestamp = .testStart
    ) async throws -> (WebhookID, TeamID) {
        let owner = try await owner(name)
        let webhook = try await webhook(of: owner.team, events: [.jobFailed])
        for _ in 0..<messages { _ = try await job(in: .failed, for: owner, at: now) }
        return (webhook, owner.team)
    }
}
