import AdminAPI
import Foundation
import GatewayCore
import GatewayStore

extension StoreContract {
    static let outboxRules = [
        Rule("each completed, failed and unknown job is told of once, and no other state of any job") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team)
            for (number, state) in JobState.allCases.enumerated() {
                let before = try await books.told(webhook, of: owner.team).count
                _ = try await books.job(in: state, for: owner, at: Timestamp.testStart.adding(.seconds(number)))
                let told = try await books.told(webhook, of: owner.team).dropFirst(before)
                let wanted: [WebhookEvent] =
                    switch state {
                    case .completed: [.jobCompleted]
                    case .failed: [.jobFailed]
                    // Written off was unknown first.
                    case .unknown, .writtenOff: [.jobUnknown]
                    case .queued, .dispatching, .accepted, .refused, .cancelled: []
                    }
                try expect(Array(told), wanted, "what is told of a job that is \(state)")
            }
        },
        Rule("a step that comes too late tells nothing, and neither does one that is not this process's") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team)
            let job = try await books.job(in: .completed, for: owner)
            for event in [JobEvent.completed, .failed, .outcomeLost] {
                guard case .tooLate = try await books.store.apply(.plain(event, of: job), at: .testStart) else {
                    throw ContractViolation(description: "\(event) was not too late")
                }
            }
            let other = try await books.job(in: .accepted, for: owner)
            var settlement = Transition.completion(of: other, cost: .cents(26))
            settlement.fence = .next
            guard case .takenOver = try await books.store.apply(settlement, at: .testStart) else {
                throw ContractViolation(description: "it was not another process's")
            }
            try expect(try await books.told(webhook, of: owner.team), [.jobCompleted], "what was told")
        },
        Rule("of ten that settle one job at once, one tells of it") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team)
            let job = try await books.job(in: .accepted, for: owner)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    let event: JobEvent = number.isMultiple(of: 2) ? .completed : .failed
                    group.addTask { _ = try? await books.store.apply(.plain(event, of: job), at: .testStart) }
                }
            }
            try expect(try await books.told(webhook, of: owner.team).count, 1, "the number of messages")
        },
        Rule("orders that a dead process may have sent are told of as unknown, by whoever takes them over") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team)
            for _ in 0..<3 { _ = try await books.job(in: .dispatching, for: owner) }
            _ = try await books.job(in: .queued, for: owner)
            _ = try await books.recover(by: .next)
            _ = try await books.recover(by: .next)
            try expect(
                try await books.told(webhook, of: owner.team), [.jobUnknown, .jobUnknown, .jobUnknown], "what is told")
        },
        Rule("webhooks are told of what they asked for, of their own team's jobs only, under one name") { books in
            let (owner, other) = (try await books.owner("one"), try await books.owner("other"))
            let all = try await books.webhook(of: owner.team)
            let failures = try await books.webhook(of: owner.team, events: [.jobFailed, .budgetAlert])
            let foreign = try await books.webhook(of: other.team)
            _ = try await books.job(in: .completed, for: owner)
            _ = try await books.job(in: .failed, for: owner)
            try expect(try await books.told(foreign, of: other.team), [], "what the other team is told")
            let told = try await books.deliveries(to: failures, of: owner.team)
            try expect(told.map(\.event), [.jobFailed], "what one asked for")
            let same = try await books.deliveries(to: all, of: owner.team).first { $0.event == .jobFailed }
            try expect(same?.eventID, told.first?.eventID, "the name of the event")
            try expect(same?.id == told.first?.id, false, "whether the deliveries are one")
        },
        Rule("a message is the job as its team sees it, at the moment of the event") { books in
            let owner = try await books.owner()
            let webhook = try await books.webhook(of: owner.team)
            let lost = try await books.job(in: .unknown, for: owner)
            let known = try await books.found(lost)
            try await books.settle(unknown: lost)
            let claimed = try await books.claim(webhook, at: Timestamp.testStart.adding(.seconds(1)))
            try expect(claimed.due.count, 2, "the number due")
            let first = try JSONDecoder().decode(
                WebhookMessage<JobReply>.self, from: Data(claimed.due[0].payload.utf8))
            try expect(
                first,
                WebhookMessage(type: "job.unknown", timestamp: Timestamp.testStart.rfc3339, data: JobReply(known)),
                "the first message")
            let second = try JSONDecoder().decode(
                WebhookMessage<JobReply>.self, from: Data(claimed.due[1].payload.utf8))
            try expect(second.type, "job.completed", "the second message")
            try expect(second.data, JobReply(try await books.found(lost)), "what it tells")
            try expect(second.data.costUSD, MicroUSD.cents(26).decimal, "the cost")
        },
        Rule("a team without webhooks, or with deleted and disabled ones only, fills no outbox") { books in
            let owner = try await books.owner()
            _ = try await books.job(in: .completed, for: owner)
            let gone = try await books.webhook(of: owner.team)
            _ = try await books.store.deleteWebhook(
                gone, of: owner.team, by: StoreFixture.actor, from: .none, at: .testStart)
            let disabled = try await books.webhook(of: owner.team)
            _ = try await books.job(in: .failed, for: owner)
            let due = try await books.claim(disabled).due[0].delivery.id
            _ = try await books.store.record(.sample(.gone, due, to: disabled), .sample, at: .testStart)
            let before = try await books.tables()["webhook_delivery"]
            _ = try await books.job(in: .completed, for: owner)
            try expect(try await books.tables()["webhook_delivery"], before, "the outbox")
        },
    ]
}

extension StoreFixture {
    /// Everything that is due by then, for ``ProcessID/next``.
    func claim(
        _ webhook: WebhookID, by process: ProcessID = .next, at now: Timestamp = .testStart
    ) async throws -> ClaimedWebhook {
        let claimed = try await store.claimWebhook(webhook, by: process, limit: 100, at: now)
        guard let claimed else { throw ContractViolation(description: "\(webhook) is another process's") }
        return claimed
    }

    /// From unknown over accepted to completed, a second later.
    fileprivate func settle(unknown job: JobID) async throws {
        let later = Timestamp.testStart.adding(.seconds(1))
        try await accept(job, at: later)
        try await apply(.completion(of: job, cost: .cents(26)), at: later)
    }
}
